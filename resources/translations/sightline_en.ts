<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>sightline::CueActions</name>
    <message numerus="yes">
        <source>%n cue(s) repaired.</source>
        <translation>
            <numerusform>%n cue repaired.</numerusform>
            <numerusform>%n cues repaired.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) to review</source>
        <translation>
            <numerusform>%n cue to review</numerusform>
            <numerusform>%n cues to review</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) repaired and selected: %1</source>
        <translation>
            <numerusform>%n cue repaired and selected: %1</numerusform>
            <numerusform>%n cues repaired and selected: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::CueInspector</name>
    <message numerus="yes">
        <source>%n character(s), %1 a second</source>
        <translation>
            <numerusform>%n character, %1 a second</numerusform>
            <numerusform>%n characters, %1 a second</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::CueWorkspace</name>
    <message numerus="yes">
        <source>%n change(s) that were not saved when the program ended are back.</source>
        <translation>
            <numerusform>%n change that was not saved when the program ended is back.</numerusform>
            <numerusform>%n changes that were not saved when the program ended are back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) of %1 are shown below the others.</source>
        <translation>
            <numerusform>%n cue of %1 is shown below the others.</numerusform>
            <numerusform>%n cues of %1 are shown below the others.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> %n damaged one(s) were left out.</source>
        <translation>
            <numerusform> %n damaged one was left out.</numerusform>
            <numerusform> %n damaged ones were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::FindDialog</name>
    <message numerus="yes">
        <source>%n caption(s) changed.</source>
        <translation>
            <numerusform>%n caption changed.</numerusform>
            <numerusform>%n captions changed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::ProjectController</name>
    <message numerus="yes">
        <source>%n caption(s), %1 × real time</source>
        <translation>
            <numerusform>%n caption, %1 × real time</numerusform>
            <numerusform>%n captions, %1 × real time</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) that were not saved are back.</source>
        <translation>
            <numerusform>%n change that was not saved is back.</numerusform>
            <numerusform>%n changes that were not saved are back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::QueueDialog</name>
    <message numerus="yes">
        <source>%n failed.</source>
        <translation>
            <numerusform>%n failed.</numerusform>
            <numerusform>%n failed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s)</source>
        <translation>
            <numerusform>%n cue</numerusform>
            <numerusform>%n cues</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>there already, %n cue(s)</source>
        <translation>
            <numerusform>there already, %n cue</numerusform>
            <numerusform>there already, %n cues</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::LivePage</name>
    <message numerus="yes">
        <source>%n caption(s) of an earlier live session, begun %1, were not exported.</source>
        <translation>
            <numerusform>%n caption of an earlier live session, begun %1, was not exported.</numerusform>
            <numerusform>%n captions of an earlier live session, begun %1, were not exported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Clear the history? Its %n caption(s) and pictures cannot be brought back.</source>
        <translation>
            <numerusform>Clear the history? Its %n caption and its picture cannot be brought back.</numerusform>
            <numerusform>Clear the history? Its %n captions and pictures cannot be brought back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::VideoPage</name>
    <message numerus="yes">
        <source>%n video(s) could not be captioned.</source>
        <translation>
            <numerusform>%n video could not be captioned.</numerusform>
            <numerusform>%n videos could not be captioned.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Captioning ended with %n video(s) still to do.</source>
        <translation>
            <numerusform>Captioning ended with %n video still to do.</numerusform>
            <numerusform>Captioning ended with %n videos still to do.</numerusform>
        </translation>
    </message>
</context>
</TS>
