<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Finding</name>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>overlap</source>
        <translation>Überlappung</translation>
    </message>
    <message>
        <source>small gap</source>
        <translation>kleine Lücke</translation>
    </message>
    <message>
        <source>short</source>
        <translation>kurz</translation>
    </message>
    <message>
        <source>long</source>
        <translation>lang</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>schnell</translation>
    </message>
    <message>
        <source>wide</source>
        <translation>breit</translation>
    </message>
    <message>
        <source>lines</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>shot change</source>
        <translation>Schnitt</translation>
    </message>
    <message>
        <source>Has no text.</source>
        <translation>Hat keinen Text.</translation>
    </message>
    <message>
        <source>Overlaps the next cue by %1 s.</source>
        <translation>Überlappt den nächsten Untertitel um %1 s.</translation>
    </message>
    <message>
        <source>The gap to the next cue is %1 s, which flickers; %2 s or none do not.</source>
        <translation>Die Lücke zum nächsten Untertitel ist %1 s und flackert; mit %2 s oder ohne Lücke nicht.</translation>
    </message>
    <message>
        <source>Stands for %1 s, at least %2 s are needed.</source>
        <translation>Steht %1 s, mindestens %2 s sind nötig.</translation>
    </message>
    <message>
        <source>Stands for %1 s, at most %2 s are good.</source>
        <translation>Steht %1 s, höchstens %2 s sind gut.</translation>
    </message>
    <message>
        <source>%1 characters a second have to be read, %2 are good.</source>
        <translation>%1 Zeichen je Sekunde sind zu lesen, gut sind %2.</translation>
    </message>
    <message>
        <source>A line has %1 characters, %2 fit.</source>
        <translation>Eine Zeile hat %1 Zeichen, %2 passen.</translation>
    </message>
    <message>
        <source>Takes %1 lines, %2 are good.</source>
        <translation>Braucht %1 Zeilen, gut sind %2.</translation>
    </message>
    <message>
        <source>The shot changes %1 s after the start.</source>
        <translation>%1 s nach dem Anfang kommt ein Schnitt.</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
</context>
<context>
    <name>sightline::AnnotationRunner</name>
    <message>
        <source>Starting…</source>
        <translation>Beginnt …</translation>
    </message>
    <message>
        <source>%1 of %2, %3 left</source>
        <translation>%1 von %2, noch %3</translation>
    </message>
</context>
<context>
    <name>sightline::AppearanceMenu</name>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Aussehen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
</context>
<context>
    <name>sightline::CountersPanel</name>
    <message>
        <source>Displayed FPS</source>
        <translation>Bilder/s gezeigt</translation>
    </message>
    <message>
        <source>Frames painted per second</source>
        <translation>Gezeichnete Bilder je Sekunde</translation>
    </message>
    <message>
        <source>Captured FPS</source>
        <translation>Bilder/s gelesen</translation>
    </message>
    <message>
        <source>Frames per second that the source delivered</source>
        <translation>Bilder je Sekunde, die die Quelle lieferte</translation>
    </message>
    <message>
        <source>Captions/s</source>
        <translation>Beschreibungen/s</translation>
    </message>
    <message>
        <source>Captions generated per second</source>
        <translation>Erzeugte Beschreibungen je Sekunde</translation>
    </message>
    <message>
        <source>Inference</source>
        <translation>Rechenzeit</translation>
    </message>
    <message>
        <source>Median time from a frame&apos;s pixels to its caption</source>
        <translation>Median der Zeit von den Bildpunkten zur Beschreibung</translation>
    </message>
    <message>
        <source>Caption age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>Median time from a frame&apos;s capture until its caption was ready</source>
        <translation>Median der Zeit von der Aufnahme des Bildes bis zur fertigen Beschreibung</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Frames shown without a caption of their own</source>
        <translation>Bilder, die ohne eigene Beschreibung gezeigt wurden</translation>
    </message>
</context>
<context>
    <name>sightline::CueActions</name>
    <message>
        <source>Split at playhead</source>
        <translation>Am Abspielkopf teilen</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Merge the selected cues, or the cue with the next</source>
        <translation>Verbindet die gewählten Untertitel, oder einen mit dem nächsten</translation>
    </message>
    <message>
        <source>Mark in</source>
        <translation>Anfang markieren</translation>
    </message>
    <message>
        <source>Mark out, add cue</source>
        <translation>Ende markieren, Untertitel anlegen</translation>
    </message>
    <message>
        <source>Copy cues</source>
        <translation>Untertitel kopieren</translation>
    </message>
    <message>
        <source>Paste cues at playhead</source>
        <translation>Untertitel am Abspielkopf einfügen</translation>
    </message>
    <message>
        <source>Find and replace…</source>
        <translation>Suchen und ersetzen …</translation>
    </message>
    <message>
        <source>Fix what is safe to fix</source>
        <translation>Beheben, was sicher zu beheben ist</translation>
    </message>
    <message>
        <source>Start at playhead</source>
        <translation>Anfang an den Abspielkopf</translation>
    </message>
    <message>
        <source>Set start</source>
        <translation>Anfang setzen</translation>
    </message>
    <message>
        <source>End at playhead</source>
        <translation>Ende an den Abspielkopf</translation>
    </message>
    <message>
        <source>Set end</source>
        <translation>Ende setzen</translation>
    </message>
    <message>
        <source>Cue a frame earlier</source>
        <translation>Untertitel ein Bild früher</translation>
    </message>
    <message>
        <source>Cue a frame later</source>
        <translation>Untertitel ein Bild später</translation>
    </message>
    <message>
        <source>Start a frame earlier</source>
        <translation>Anfang ein Bild früher</translation>
    </message>
    <message>
        <source>Start a frame later</source>
        <translation>Anfang ein Bild später</translation>
    </message>
    <message>
        <source>End a frame earlier</source>
        <translation>Ende ein Bild früher</translation>
    </message>
    <message>
        <source>End a frame later</source>
        <translation>Ende ein Bild später</translation>
    </message>
    <message>
        <source>Shift times…</source>
        <translation>Zeiten verschieben …</translation>
    </message>
    <message>
        <source>Next least sure cue</source>
        <translation>Nächster unsicherer Untertitel</translation>
    </message>
    <message>
        <source>Accept, and next</source>
        <translation>Annehmen und weiter</translation>
    </message>
    <message>
        <source>Edit text</source>
        <translation>Text bearbeiten</translation>
    </message>
    <message>
        <source>Other captions</source>
        <translation>Andere Vorschläge</translation>
    </message>
    <message>
        <source>Take caption %1</source>
        <translation>Vorschlag %1 nehmen</translation>
    </message>
    <message>
        <source>There is no such caption yet: 0 asks the model.</source>
        <translation>Diesen Vorschlag gibt es noch nicht: 0 fragt das Modell.</translation>
    </message>
    <message>
        <source>Caption the selected range again</source>
        <translation>Gewählten Bereich neu beschreiben</translation>
    </message>
    <message>
        <source>%1: not possible here.</source>
        <translation>%1: hier nicht möglich.</translation>
    </message>
    <message>
        <source>Nudge</source>
        <translation>Schrittweise verschieben</translation>
    </message>
    <message>
        <source>The cue begins here; O ends it.</source>
        <translation>Der Untertitel beginnt hier; O beendet ihn.</translation>
    </message>
    <message>
        <source>Mark where the cue begins first, with I.</source>
        <translation>Zuerst mit I markieren, wo der Untertitel beginnt.</translation>
    </message>
    <message>
        <source>There are no cues on the clipboard.</source>
        <translation>In der Zwischenablage sind keine Untertitel.</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>Beheben</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) repaired.</source>
        <translation>
            <numerusform>%n Untertitel verbessert.</numerusform>
            <numerusform>%n Untertitel verbessert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Every cue has been reviewed.</source>
        <translation>Alle Untertitel sind geprüft.</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) to review</source>
        <translation>
            <numerusform>Noch %n Untertitel zu prüfen</numerusform>
            <numerusform>Noch %n Untertitel zu prüfen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::CueInspector</name>
    <message>
        <source>Start</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Choose a cue, or add one at the playhead.</source>
        <translation>Einen Untertitel wählen, oder am Abspielkopf einen anlegen.</translation>
    </message>
    <message>
        <source>Other captions</source>
        <translation>Andere Vorschläge</translation>
    </message>
    <message>
        <source>What else the model would say here; the keys 1 to 5 take one</source>
        <translation>Was das Modell hier sonst sagen würde; die Tasten 1 bis 5 nehmen einen Vorschlag</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s), %1 a second</source>
        <translation>
            <numerusform>%n Zeichen, %1 je Sekunde</numerusform>
            <numerusform>%n Zeichen, %1 je Sekunde</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · confidence %2 %</source>
        <translation>%1 · Sicherheit %2 %</translation>
    </message>
    <message>
        <source>Asking the model…</source>
        <translation>Das Modell wird gefragt …</translation>
    </message>
    <message>
        <source>%1   %2   (%3 %)</source>
        <translation>%1   %2   (%3 %)</translation>
    </message>
    <message>
        <source>The model has nothing else to say.</source>
        <translation>Das Modell hat nichts anderes zu sagen.</translation>
    </message>
    <message>
        <source>Keys 1 to %1 take one.</source>
        <translation>Die Tasten 1 bis %1 nehmen einen.</translation>
    </message>
    <message>
        <source>Choose caption</source>
        <translation>Vorschlag wählen</translation>
    </message>
</context>
<context>
    <name>sightline::CueModel</name>
    <message>
        <source>%1 to %2: %3</source>
        <translation>%1 bis %2: %3</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>Confidence: geometric mean of the token probabilities</source>
        <translation>Sicherheit: geometrisches Mittel der Wahrscheinlichkeiten der Wortteile</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Conf.</source>
        <translation>Sich.</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
</context>
<context>
    <name>sightline::CuePanel</name>
    <message>
        <source>Cues</source>
        <translation>Untertitel</translation>
    </message>
    <message>
        <source>Add at playhead</source>
        <translation>Am Abspielkopf anlegen</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Annotation progress</source>
        <translation>Fortschritt der Beschreibung</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>1 cue</source>
        <translation>1 Untertitel</translation>
    </message>
    <message>
        <source>%1 cues</source>
        <translation>%1 Untertitel</translation>
    </message>
</context>
<context>
    <name>sightline::CueWorkspace</name>
    <message>
        <source>Check as</source>
        <translation>Prüfen als</translation>
    </message>
    <message>
        <source>Descriptions: stand as long as their picture</source>
        <translation>Bildbeschreibungen: stehen so lange wie ihr Bild</translation>
    </message>
    <message>
        <source>Subtitles: at most 7 s, a gap between</source>
        <translation>Untertitel: höchstens 7 s, mit Lücke dazwischen</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) that were not saved when the program ended are back.</source>
        <translation>
            <numerusform>%n Änderung, die beim Ende des Programms nicht gespeichert war, ist wieder da.</numerusform>
            <numerusform>%n Änderungen, die beim Ende des Programms nicht gespeichert waren, sind wieder da.</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Drop them</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>The project was changed by another program. Saving writes over that.</source>
        <translation>Ein anderes Programm hat das Projekt geändert. Speichern überschreibt das.</translation>
    </message>
    <message>
        <source>Keep what is here</source>
        <translation>Behalten, was hier ist</translation>
    </message>
    <message>
        <source>Load it</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>The video %1 is gone. Captions can be edited on; it can&apos;t be captioned until it is back.</source>
        <translation>Das Video %1 ist weg. Die Texte lassen sich weiter bearbeiten; beschrieben werden kann es erst, wenn es wieder da ist.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Cannot import</source>
        <translation>Import nicht möglich</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) of %1 are shown below the others.</source>
        <translation>
            <numerusform>%n Untertitel aus %1 steht unter den anderen.</numerusform>
            <numerusform>%n Untertitel aus %1 stehen unter den anderen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> %n damaged one(s) were left out.</source>
        <translation>
            <numerusform> %n beschädigter wurde ausgelassen.</numerusform>
            <numerusform> %n beschädigte wurden ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Only compare</source>
        <translation>Nur vergleichen</translation>
    </message>
    <message>
        <source>Take over into the captions</source>
        <translation>In die Untertitel übernehmen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>sightline::ExportDialog</name>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Export captions</source>
        <translation>Untertitel exportieren</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>Abgebrochen; nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Cannot export</source>
        <translation>Export nicht möglich</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Preview of the file</source>
        <translation>Vorschau der Datei</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Video with captions to switch on</source>
        <translation>Video mit zuschaltbaren Untertiteln</translation>
    </message>
    <message>
        <source>Video with captions in the picture</source>
        <translation>Video mit Untertiteln im Bild</translation>
    </message>
    <message>
        <source>A copy of the video with the captions as a track; nothing is encoded again.</source>
        <translation>Eine Kopie des Videos mit den Untertiteln als Spur; nichts wird neu kodiert.</translation>
    </message>
    <message>
        <source>The captions are drawn into the picture, for players that show none. Takes a while.</source>
        <translation>Die Untertitel werden ins Bild gezeichnet, für Player, die keine zeigen. Dauert eine Weile.</translation>
    </message>
    <message>
        <source>Keeps each caption&apos;s confidence and source.</source>
        <translation>Behält Sicherheit und Herkunft jedes Untertitels.</translation>
    </message>
    <message>
        <source>Keeps times and texts.</source>
        <translation>Behält Zeiten und Texte.</translation>
    </message>
    <message>
        <source>%1 exists. Choose another name.</source>
        <translation>%1 gibt es schon. Einen anderen Namen wählen.</translation>
    </message>
</context>
<context>
    <name>sightline::FindDialog</name>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>Groß- und Kleinschreibung beachten</translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation>Suchen und ersetzen</translation>
    </message>
    <message>
        <source>Groups in parentheses are \1, \2 … in the replacement</source>
        <translation>Gruppen in Klammern sind \1, \2 … im Ersatz</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Replace by</source>
        <translation>Ersetzen durch</translation>
    </message>
    <message>
        <source>Find next</source>
        <translation>Weitersuchen</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Replace all</source>
        <translation>Alle ersetzen</translation>
    </message>
    <message>
        <source>This is no regular expression: %1 (at character %2)</source>
        <translation>Das ist kein regulärer Ausdruck: %1 (bei Zeichen %2)</translation>
    </message>
    <message>
        <source>No caption has this text.</source>
        <translation>Kein Untertitel hat diesen Text.</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed.</source>
        <translation>
            <numerusform>%n Untertitel geändert.</numerusform>
            <numerusform>%n Untertitel geändert.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::LivePage</name>
    <message>
        <source>&amp;Live</source>
        <translation>&amp;Live</translation>
    </message>
    <message>
        <source>&amp;Camera</source>
        <translation>&amp;Kamera</translation>
    </message>
    <message>
        <source>Open a camera to caption what it sees.</source>
        <translation>Eine Kamera öffnen, um zu beschreiben, was sie sieht.</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Cannot open</source>
        <translation>Öffnen nicht möglich</translation>
    </message>
</context>
<context>
    <name>sightline::MainWindow</name>
    <message>
        <source>Open video or project</source>
        <translation>Video oder Projekt öffnen</translation>
    </message>
    <message>
        <source>Videos and projects (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv *.sightline);;All files (*)</source>
        <translation>Videos und Projekte (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv *.sightline);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Import captions</source>
        <translation>Untertitel importieren</translation>
    </message>
    <message>
        <source>Captions (*.srt *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.csv *.json *.eaf);;All files (*)</source>
        <translation>Untertitel (*.srt *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.csv *.json *.eaf);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;First steps</source>
        <translation>&amp;Erste Schritte</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation>&amp;Tastenkürzel …</translation>
    </message>
    <message>
        <source>&amp;Copy diagnostics</source>
        <translation>&amp;Diagnose kopieren</translation>
    </message>
    <message>
        <source>The diagnostics are on the clipboard; they name no files.</source>
        <translation>Die Diagnose ist in der Zwischenablage; sie nennt keine Dateien.</translation>
    </message>
    <message>
        <source>Sightline</source>
        <translation>Sightline</translation>
    </message>
    <message>
        <source>%1[*] – Sightline</source>
        <translation>%1[*] – Sightline</translation>
    </message>
</context>
<context>
    <name>sightline::PlayerPane</name>
    <message>
        <source>Model ready</source>
        <translation>Modell bereit</translation>
    </message>
    <message>
        <source>No model: the video is shown without captions</source>
        <translation>Kein Modell: Das Video wird ohne Beschreibungen gezeigt</translation>
    </message>
    <message>
        <source>Cannot load the model</source>
        <translation>Das Modell lässt sich nicht laden</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Das Modell wird geladen …</translation>
    </message>
    <message>
        <source>Waiting for pictures…</source>
        <translation>Warten auf Bilder …</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>&amp;Abspielen</translation>
    </message>
    <message>
        <source>Playback stopped</source>
        <translation>Die Wiedergabe wurde beendet</translation>
    </message>
</context>
<context>
    <name>sightline::ProjectController</name>
    <message>
        <source>Cannot annotate</source>
        <translation>Beschreiben nicht möglich</translation>
    </message>
    <message>
        <source>Annotating was cancelled; what was captioned until then stays. Undo takes it back.</source>
        <translation>Das Beschreiben wurde abgebrochen; was bis dahin beschrieben war, bleibt. Rückgängig nimmt es zurück.</translation>
    </message>
    <message>
        <source>The video is damaged</source>
        <translation>Das Video ist beschädigt</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s), %1 × real time</source>
        <translation>
            <numerusform>%n Beschreibung, %1 × Echtzeit</numerusform>
            <numerusform>%n Beschreibungen, %1 × Echtzeit</numerusform>
        </translation>
    </message>
    <message>
        <source>Cannot open the project</source>
        <translation>Das Projekt lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>Its video %1 is not where it was, nor beside the project. Put it there and open the project again.</source>
        <translation>Das Video %1 liegt weder am alten Ort noch neben dem Projekt. Es dorthin legen und das Projekt erneut öffnen.</translation>
    </message>
    <message>
        <source>Cannot save</source>
        <translation>Speichern nicht möglich</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) that were not saved are back.</source>
        <translation>
            <numerusform>%n nicht gespeicherte Änderung ist wieder da.</numerusform>
            <numerusform>%n nicht gespeicherte Änderungen sind wieder da.</numerusform>
        </translation>
    </message>
    <message>
        <source>Cannot begin a project</source>
        <translation>Das Projekt lässt sich nicht anlegen</translation>
    </message>
    <message>
        <source>Descriptions</source>
        <translation>Bildbeschreibungen</translation>
    </message>
    <message>
        <source>New caption</source>
        <translation>Neuer Untertitel</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>Sightline projects (*.sightline)</source>
        <translation>Sightline-Projekte (*.sightline)</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportiert nach %1</translation>
    </message>
    <message>
        <source>The captions made of this video before are back.</source>
        <translation>Die früheren Untertitel dieses Videos sind wieder da.</translation>
    </message>
</context>
<context>
    <name>sightline::ProjectDocument</name>
    <message>
        <source>Edit text</source>
        <translation>Text bearbeiten</translation>
    </message>
    <message>
        <source>Change times</source>
        <translation>Zeiten ändern</translation>
    </message>
    <message>
        <source>Add cue</source>
        <translation>Untertitel anlegen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Accept caption</source>
        <translation>Untertitel annehmen</translation>
    </message>
    <message>
        <source>Annotate</source>
        <translation>Beschreiben</translation>
    </message>
</context>
<context>
    <name>sightline::RecentFiles</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>No files yet</source>
        <translation>Noch keine Dateien</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Vergessen</translation>
    </message>
</context>
<context>
    <name>sightline::ShiftDialog</name>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>The selected cues</source>
        <translation>Die gewählten Untertitel</translation>
    </message>
    <message>
        <source>The selected cue and all that follow</source>
        <translation>Den gewählten und alle folgenden</translation>
    </message>
    <message>
        <source>Shift times</source>
        <translation>Zeiten verschieben</translation>
    </message>
    <message>
        <source>Time to shift by</source>
        <translation>Zeit, um die verschoben wird</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>All cues</source>
        <translation>Alle Untertitel</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>Verschieben um</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
</context>
<context>
    <name>sightline::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Aktionen</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>New keys of the chosen action</source>
        <translation>Neue Tasten der gewählten Aktion</translation>
    </message>
    <message>
        <source>New keys:</source>
        <translation>Neue Tasten:</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>Keine Tasten</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>All defaults</source>
        <translation>Alle auf Standard</translation>
    </message>
    <message>
        <source>%1 belongs to “%2” already. Give that other keys first.</source>
        <translation>%1 gehört schon zu „%2“. Dem zuerst andere Tasten geben.</translation>
    </message>
</context>
<context>
    <name>sightline::TimelineView</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Wheel: scroll. Ctrl and wheel: zoom. Drag a block or its edges; Alt drags freely, Shift drags all following cues along. Double-click on nothing adds a cue.</source>
        <translation>Rad: blättern. Strg und Rad: vergrößern. Einen Block oder seine Ränder ziehen; Alt zieht frei, Umschalt nimmt alle folgenden mit. Ein Doppelklick ins Leere legt einen Untertitel an.</translation>
    </message>
    <message>
        <source>Move cue</source>
        <translation>Untertitel verschieben</translation>
    </message>
    <message>
        <source>Change times</source>
        <translation>Zeiten ändern</translation>
    </message>
</context>
<context>
    <name>sightline::VideoPage</name>
    <message>
        <source>&amp;Project</source>
        <translation>&amp;Projekt</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Review</source>
        <translation>P&amp;rüfen</translation>
    </message>
    <message>
        <source>P&amp;layback</source>
        <translation>&amp;Wiedergabe</translation>
    </message>
    <message>
        <source>Open a video, or drop a video file here.</source>
        <translation>Ein Video öffnen, oder eine Videodatei hierher ziehen.</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>&amp;Annotate</source>
        <translation>&amp;Beschreiben</translation>
    </message>
    <message>
        <source>Caption the whole video in the background; what you edited stays (%1)</source>
        <translation>Das ganze Video im Hintergrund beschreiben; was bearbeitet wurde, bleibt (%1)</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>Projekt speichern &amp;unter …</translation>
    </message>
    <message>
        <source>&amp;Export captions…</source>
        <translation>Untertitel &amp;exportieren …</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Import captions as second track…</source>
        <translation>Untertitel als zweite Spur &amp;importieren …</translation>
    </message>
    <message>
        <source>First steps: open a video (%1), let the model caption it (%2), go through what it was least sure of (%3: next, %4: accept, %5: edit, %6: other captions), export (%7).</source>
        <translation>Erste Schritte: ein Video öffnen (%1), es vom Modell beschreiben lassen (%2), durchgehen, was ihm am wenigsten sicher war (%3: weiter, %4: annehmen, %5: bearbeiten, %6: andere Vorschläge), exportieren (%7).</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <source>Undo %1</source>
        <translation>Rückgängig: %1</translation>
    </message>
    <message>
        <source>Redo %1</source>
        <translation>Wiederholen: %1</translation>
    </message>
    <message>
        <source>Cannot open</source>
        <translation>Öffnen nicht möglich</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>sightline::VideoView</name>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
</context>
</TS>
