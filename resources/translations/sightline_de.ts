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
    <name>sightline::QuietSpeech</name>
    <message>
        <source>Only when nobody speaks (this source gives no sound)</source>
        <translation>Nur wenn niemand spricht (diese Quelle liefert keinen Ton)</translation>
    </message>
    <message>
        <source>Only when nobody speaks</source>
        <translation>Nur wenn niemand spricht</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionWorkspace</name>
    <message>
        <source>Audio description</source>
        <translation>Audiodeskription</translation>
    </message>
    <message>
        <source>Hear the caption in its place</source>
        <translation>Untertitel an seiner Stelle hören</translation>
    </message>
    <message>
        <source>Export audio &amp;description…</source>
        <translation>Audiodes&amp;kription exportieren …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The captions are heard, not read: show where people speak and which captions fit between</source>
        <translation>Die Untertitel werden gehört, nicht gelesen: zeigen, wo jemand spricht und welche Untertitel dazwischen passen</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportiert nach %1</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionPanel</name>
    <message>
        <source>built in, in the captions’ language</source>
        <translation>eingebaut, in der Sprache der Untertitel</translation>
    </message>
    <message>
        <source>Empty or espeak:VOICE is the built-in voice; command:PROGRAM … {output} is a program that reads the text on its standard input and writes a sound file</source>
        <translation>Leer oder espeak:STIMME ist die eingebaute Stimme; command:PROGRAMM … {output} ist ein Programm, das den Text von seiner Standardeingabe liest und eine Tondatei schreibt</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
    <message>
        <source>Fastest</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source> ×</source>
        <translation> ×</translation>
    </message>
    <message>
        <source>How many times faster the voice may become where there is little room</source>
        <translation>Wievielmal schneller die Stimme werden darf, wo wenig Platz ist</translation>
    </message>
    <message>
        <source>Ducking</source>
        <translation>Absenkung</translation>
    </message>
    <message>
        <source> dB</source>
        <translation> dB</translation>
    </message>
    <message>
        <source>How much softer the sound of the video is while the voice speaks</source>
        <translation>Wie viel leiser der Ton des Videos ist, während die Stimme spricht</translation>
    </message>
    <message>
        <source>Least gap</source>
        <translation>Kleinste Lücke</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>The shortest pause between speech that is used</source>
        <translation>Die kürzeste Sprechpause, die genutzt wird</translation>
    </message>
    <message>
        <source>After speech</source>
        <translation>Nach Sprache</translation>
    </message>
    <message>
        <source>What stays free after speech</source>
        <translation>Was nach Sprache frei bleibt</translation>
    </message>
    <message>
        <source>Before speech</source>
        <translation>Vor Sprache</translation>
    </message>
    <message>
        <source>What stays free before speech</source>
        <translation>Was vor Sprache frei bleibt</translation>
    </message>
    <message>
        <source>Progress of the audio description</source>
        <translation>Fortschritt der Audiodeskription</translation>
    </message>
    <message>
        <source>Looking for speech…</source>
        <translation>Sprache wird gesucht …</translation>
    </message>
    <message>
        <source>Cancelled: which captions fit is not known.</source>
        <translation>Abgebrochen: Welche Untertitel passen, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Speaking the captions to measure them…</source>
        <translation>Die Untertitel werden gesprochen, um sie zu messen …</translation>
    </message>
    <message>
        <source>%1 of %2 captions are said.</source>
        <translation>%1 von %2 Untertiteln werden gesprochen.</translation>
    </message>
    <message>
        <source>The video has no sound, so nobody speaks in it.</source>
        <translation>Das Video hat keinen Ton, also spricht niemand darin.</translation>
    </message>
    <message>
        <source>Nobody speaks in the video.</source>
        <translation>In dem Video spricht niemand.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Nochmals versuchen</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionHearing</name>
    <message>
        <source>Whether this caption is said is not known yet.</source>
        <translation>Ob dieser Untertitel gesprochen wird, ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Switch audio description on to hear captions in their place.</source>
        <translation>Audiodeskription einschalten, um Untertitel an ihrer Stelle zu hören.</translation>
    </message>
    <message>
        <source>Nothing can be heard: this computer has no output for sound. Connect one and open the video again.</source>
        <translation>Nichts zu hören: Dieser Rechner hat keine Tonausgabe. Eine anschließen und das Video neu öffnen.</translation>
    </message>
    <message>
        <source>The caption is being spoken…</source>
        <translation>Der Untertitel wird gesprochen …</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionDialog</name>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Copy of the video that says the captions</source>
        <translation>Kopie des Videos, die die Untertitel spricht</translation>
    </message>
    <message>
        <source>When what is said, as WebVTT</source>
        <translation>Wann was gesprochen wird, als WebVTT</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Export audio description</source>
        <translation>Audiodeskription exportieren</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>as a second sound track, which players offer</source>
        <translation>als zweite Tonspur, die Abspielprogramme anbieten</translation>
    </message>
    <message>
        <source>mixed into the sound of the video</source>
        <translation>in den Ton des Videos gemischt</translation>
    </message>
    <message>
        <source>extended: the picture waits where there is no room</source>
        <translation>erweitert: Das Bild wartet, wo kein Platz ist</translation>
    </message>
    <message>
        <source>A script to be read</source>
        <translation>Ein Skript zum Lesen</translation>
    </message>
    <message>
        <source>The picture waits %1 s for them in all.</source>
        <translation>Das Bild wartet dafür insgesamt %1 s.</translation>
    </message>
    <message>
        <source>What is not said</source>
        <translation>Was nicht gesprochen wird</translation>
    </message>
    <message>
        <source>What is not said, and why, stands here after the export.</source>
        <translation>Was nicht gesprochen wird und warum, steht nach dem Export hier.</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>The mixed sound alone</source>
        <translation>Der gemischte Ton allein</translation>
    </message>
    <message>
        <source>Names of the files (*)</source>
        <translation>Namen der Dateien (*)</translation>
    </message>
    <message>
        <source>Choose what is to be written.</source>
        <translation>Wählen, was geschrieben werden soll.</translation>
    </message>
    <message>
        <source>%1  %2 “%3”</source>
        <translation>%1  %2 „%3“</translation>
    </message>
    <message>
        <source>All captions are said in full.</source>
        <translation>Alle Untertitel werden ganz gesprochen.</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>Abgebrochen; nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
    <message>
        <source>What was there is kept as %1.</source>
        <translation>Was dort war, bleibt als %1.</translation>
    </message>
    <message>
        <source>%1 of %2 captions are said.</source>
        <translation>%1 von %2 Untertiteln werden gesprochen.</translation>
    </message>
    <message>
        <source>Cannot export</source>
        <translation>Export nicht möglich</translation>
    </message>
</context>
<context>
    <name>Described</name>
    <message>
        <source>shortened</source>
        <translation>gekürzt</translation>
    </message>
    <message>
        <source>nothing to say</source>
        <translation>nichts zu sagen</translation>
    </message>
    <message>
        <source>says nothing new</source>
        <translation>sagt nichts Neues</translation>
    </message>
    <message>
        <source>speech all through</source>
        <translation>durchgehend Sprache</translation>
    </message>
    <message>
        <source>%1 s too long for the gap</source>
        <translation>%1 s zu lang für die Lücke</translation>
    </message>
    <message>
        <source>others take the gap</source>
        <translation>andere füllen die Lücke</translation>
    </message>
    <message>
        <source>Only this is said: %1</source>
        <translation>Nur dies wird gesprochen: %1</translation>
    </message>
    <message>
        <source>Not said: it has no words.</source>
        <translation>Nicht gesprochen: Der Text enthält keine Wörter.</translation>
    </message>
    <message>
        <source>Not said: the caption before it says the same.</source>
        <translation>Nicht gesprochen: Der Untertitel davor sagt dasselbe.</translation>
    </message>
    <message>
        <source>Not said: somebody speaks all through its shot.</source>
        <translation>Nicht gesprochen: In seiner ganzen Einstellung spricht jemand.</translation>
    </message>
    <message>
        <source>Not said: %1 s too long for the gap. Write less, or let the voice be faster.</source>
        <translation>Nicht gesprochen: %1 s zu lang für die Lücke. Weniger schreiben oder die Stimme schneller werden lassen.</translation>
    </message>
    <message>
        <source>Not said: surer captions take the gap.</source>
        <translation>Nicht gesprochen: Sicherere Untertitel füllen die Lücke.</translation>
    </message>
    <message>
        <source>Not said</source>
        <translation>Nicht gesprochen</translation>
    </message>
    <message>
        <source>Said at %1 for %2 s</source>
        <translation>Gesprochen ab %1, %2 s lang</translation>
    </message>
    <message>
        <source>%1, %2 × as fast</source>
        <translation>%1, %2-mal so schnell</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Sightline project, with the pictures as a video (*.sightline)</source>
        <translation>Sightline-Projekt, mit den Bildern als Video (*.sightline)</translation>
    </message>
</context>
<context>
    <name>sightline::AbPreview</name>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>%1 captions/s, %2 ms each, %3 ms old when shown</source>
        <translation>%1 Beschreibungen/s, je %2 ms, %3 ms alt beim Zeigen</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Play the clip under A and B in turn, until you stop it</source>
        <translation>Den Clip abwechselnd unter A und B abspielen, bis Sie ihn anhalten</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: nothing pinned; pin an earlier run.</source>
        <translation>%1: nichts angeheftet; heften Sie einen früheren Lauf an.</translation>
    </message>
    <message>
        <source>%1; %2</source>
        <translation>%1; %2</translation>
    </message>
    <message>
        <source>Cannot play the clip</source>
        <translation>Der Clip kann nicht abgespielt werden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
</context>
<context>
    <name>sightline::AboutDialog</name>
    <message>
        <source>About Sightline</source>
        <translation>Über Sightline</translation>
    </message>
    <message>
        <source>Says, live and on an ordinary CPU, what a camera or a video shows. Captions are made on this machine, and they are in English.</source>
        <translation>Sagt live und auf einer gewöhnlichen CPU, was eine Kamera oder ein Video zeigt. Die Beschreibungen entstehen auf diesem Rechner und sind auf Englisch.</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>&amp;Copy diagnostics</source>
        <translation>&amp;Diagnose kopieren</translation>
    </message>
</context>
<context>
    <name>sightline::AlertCenter</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Alerts come faster than what they start ends; one was left out.</source>
        <translation>Alarme kommen schneller, als endet, was sie starten; einer wurde ausgelassen.</translation>
    </message>
</context>
<context>
    <name>sightline::AlertsDialog</name>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>Alerts; those with a check mark are on</source>
        <translation>Alarme; die mit Häkchen sind an</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>Name of the alert</source>
        <translation>Name des Alarms</translation>
    </message>
    <message>
        <source>What to look for</source>
        <translation>Wonach gesucht wird</translation>
    </message>
    <message>
        <source>Words or phrases, separated by commas</source>
        <translation>Wörter oder Wendungen, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Words or expression</source>
        <translation>Wörter oder Ausdruck</translation>
    </message>
    <message>
        <source>dog, red car</source>
        <translation>dog, red car</translation>
    </message>
    <message>
        <source>&amp;Notification</source>
        <translation>&amp;Benachrichtigung</translation>
    </message>
    <message>
        <source>Notification</source>
        <translation>Benachrichtigung</translation>
    </message>
    <message>
        <source>&amp;Sound</source>
        <translation>&amp;Ton</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>S&amp;napshot into the folder of recordings</source>
        <translation>Sch&amp;nappschuss in den Ordner der Aufnahmen</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>Schnappschuss</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>program &quot;{caption}&quot; {time}</source>
        <translation>programm &quot;{caption}&quot; {time}</translation>
    </message>
    <message>
        <source>The command runs with your rights each time, for %1 s at most and without a shell. {caption} and {time} are filled in.</source>
        <translation>Der Befehl läuft jedes Mal mit Ihren Rechten, höchstens %1 s und ohne Shell. {caption} und {time} werden eingesetzt.</translation>
    </message>
    <message>
        <source>Least time between alerts</source>
        <translation>Mindestzeit zwischen Alarmen</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Look for</source>
        <translation>Suchen nach</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Dann</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Not again for</source>
        <translation>Nicht wieder für</translation>
    </message>
    <message>
        <source>New alert</source>
        <translation>Neuer Alarm</translation>
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
        <source>A&amp;ppearance</source>
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
    <name>sightline::BurnInPanel</name>
    <message>
        <source>Two &amp;lines where they fit</source>
        <translation>Zwei &amp;Zeilen, wo es reicht</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>&amp;Hoher Kontrast</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Bottom</source>
        <translation>Unten</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>Oben</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Klein</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Groß</translation>
    </message>
    <message>
        <source>Very large</source>
        <translation>Sehr groß</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keiner</translation>
    </message>
    <message>
        <source>Faint</source>
        <translation>Schwach</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Solid</source>
        <translation>Deckend</translation>
    </message>
    <message>
        <source>The longest caption, as it will be drawn</source>
        <translation>Der längste Untertitel, wie er gezeichnet wird</translation>
    </message>
    <message>
        <source>Reading a picture of the video…</source>
        <translation>Ein Bild des Videos wird gelesen …</translation>
    </message>
    <message>
        <source>There are no captions to draw.</source>
        <translation>Es gibt keine Untertitel zu zeichnen.</translation>
    </message>
    <message>
        <source>No picture of the video can be read.</source>
        <translation>Es lässt sich kein Bild des Videos lesen.</translation>
    </message>
</context>
<context>
    <name>sightline::CaptionEdit</name>
    <message>
        <source>No suggestions</source>
        <translation>Keine Vorschläge</translation>
    </message>
    <message>
        <source>Add “%1” to the dictionary</source>
        <translation>„%1“ ins Wörterbuch aufnehmen</translation>
    </message>
</context>
<context>
    <name>sightline::ComparisonPanel</name>
    <message>
        <source>%1 [%2, %3]</source>
        <translation>%1 [%2, %3]</translation>
    </message>
    <message>
        <source>%1 ×, no clear difference</source>
        <translation>%1 ×, kein klarer Unterschied</translation>
    </message>
    <message>
        <source>%1 ×</source>
        <translation>%1 ×</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Use %1 now</source>
        <translation>%1 jetzt verwenden</translation>
    </message>
    <message>
        <source>Let the live and video pages caption with what this run recommends</source>
        <translation>Auf den Seiten Live und Video so beschreiben, wie dieser Lauf es empfiehlt</translation>
    </message>
    <message>
        <source>Pinned runs side by side</source>
        <translation>Angeheftete Läufe nebeneinander</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>A: captions/s [95 %]</source>
        <translation>A: Beschreibungen/s [95 %]</translation>
    </message>
    <message>
        <source>B: captions/s [95 %]</source>
        <translation>B: Beschreibungen/s [95 %]</translation>
    </message>
    <message>
        <source>B against A</source>
        <translation>B gegen A</translation>
    </message>
    <message>
        <source>%1: nothing pinned; choose an earlier run and pin it.</source>
        <translation>%1: nichts angeheftet; wählen Sie einen früheren Lauf und heften Sie ihn an.</translation>
    </message>
    <message>
        <source>%1: %2, recommends %3</source>
        <translation>%1: %2, empfiehlt %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>sightline::CountersDock</name>
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
        <source>Stages</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Milliseconds of the last caption: preprocess, encode, prefill, generate</source>
        <translation>Millisekunden der letzten Beschreibung: Vorbereiten, Kodieren, Vorfüllen, Erzeugen</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>CPU threads of the last caption: fewer than allowed while other programs keep the CPUs so busy that more would be slower</source>
        <translation>CPU-Threads der letzten Beschreibung: weniger als erlaubt, solange andere Programme die CPUs so auslasten, dass mehr langsamer wären</translation>
    </message>
    <message>
        <source>%1 of %2: the CPUs are busy</source>
        <translation>%1 von %2: Die CPUs sind ausgelastet</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>From a frame&apos;s capture to its caption, of the last 1000: p50, p95, p99</source>
        <translation>Von der Aufnahme eines Bildes bis zu seiner Beschreibung, über die letzten 1000: p50, p95, p99</translation>
    </message>
    <message>
        <source>Caption age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>The same, median of the last 64</source>
        <translation>Dasselbe, Median der letzten 64</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Frames shown without a caption of their own</source>
        <translation>Bilder, die ohne eigene Beschreibung gezeigt wurden</translation>
    </message>
    <message>
        <source>Reused</source>
        <translation>Wiederverwendet</translation>
    </message>
    <message>
        <source>Share of captions that were the one before, of a still picture</source>
        <translation>Anteil der Beschreibungen, die bei stehendem Bild die vorige waren</translation>
    </message>
    <message>
        <source>CPU cores</source>
        <translation>CPU-Kerne</translation>
    </message>
    <message>
        <source>How busy each core is, with all programs</source>
        <translation>Auslastung jedes Kerns, durch alle Programme</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>Dieses Programm</translation>
    </message>
    <message>
        <source>CPUs that this program uses; 100 % is one</source>
        <translation>CPUs, die dieses Programm nutzt; 100 % ist eine</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Resident memory, and threads</source>
        <translation>Belegter Arbeitsspeicher und Zahl der Threads</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Of the hottest sensor</source>
        <translation>Des wärmsten Sensors</translation>
    </message>
    <message>
        <source>UI frame time</source>
        <translation>Bildzeit der Oberfläche</translation>
    </message>
    <message>
        <source>Between two turns of a 60 Hz timer of the window&apos;s thread: p50, p99</source>
        <translation>Zwischen zwei Takten eines 60-Hz-Zeitgebers im Thread des Fensters: p50, p99</translation>
    </message>
    <message>
        <source>Copy as &amp;text</source>
        <translation>Als &amp;Text kopieren</translation>
    </message>
    <message>
        <source>The last minute</source>
        <translation>Die letzte Minute</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 · %4 ms</source>
        <translation>%1 · %2 · %3 · %4 ms</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 ms</source>
        <translation>%1 · %2 · %3 ms</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 MB, %2 threads</source>
        <translation>%1 MB, %2 Threads</translation>
    </message>
    <message>
        <source>%1 °C</source>
        <translation>%1 °C</translation>
    </message>
    <message>
        <source>%1 · %2 ms</source>
        <translation>%1 · %2 ms</translation>
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
        <translation>Verbindet die gewählten Untertitel oder einen mit dem nächsten</translation>
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
    <message>
        <source>Next cue</source>
        <translation>Nächster Untertitel</translation>
    </message>
    <message>
        <source>Previous cue</source>
        <translation>Voriger Untertitel</translation>
    </message>
    <message>
        <source>Next shot</source>
        <translation>Nächster Schnitt</translation>
    </message>
    <message>
        <source>Previous shot</source>
        <translation>Voriger Schnitt</translation>
    </message>
    <message>
        <source>Next doubtful cue</source>
        <translation>Nächster unsicherer Untertitel</translation>
    </message>
    <message>
        <source>Previous doubtful cue</source>
        <translation>Voriger unsicherer Untertitel</translation>
    </message>
    <message>
        <source>There is none further.</source>
        <translation>Weiter gibt es keinen.</translation>
    </message>
    <message>
        <source>There is no cue at the playhead to split.</source>
        <translation>Am Abspielkopf ist kein Untertitel, der geteilt werden könnte.</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) repaired and selected: %1</source>
        <translation>
            <numerusform>%n Untertitel verbessert und ausgewählt: %1</numerusform>
            <numerusform>%n Untertitel verbessert und ausgewählt: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no cue after this one to merge it with.</source>
        <translation>Danach kommt kein Untertitel, mit dem er verbunden werden könnte.</translation>
    </message>
    <message>
        <source>The cue begins there already.</source>
        <translation>Der Untertitel beginnt schon dort.</translation>
    </message>
    <message>
        <source>The cue ends there already.</source>
        <translation>Der Untertitel endet schon dort.</translation>
    </message>
    <message>
        <source>A cue cannot end where the video begins.</source>
        <translation>Ein Untertitel kann nicht enden, wo das Video beginnt.</translation>
    </message>
    <message>
        <source>The cue begins at the playhead. Go to where its second part shall begin.</source>
        <translation>Der Untertitel beginnt am Abspielkopf. Dorthin gehen, wo sein zweiter Teil beginnen soll.</translation>
    </message>
    <message>
        <source>The cue cannot be shorter.</source>
        <translation>Kürzer kann der Untertitel nicht sein.</translation>
    </message>
    <message>
        <source>The next cue begins there: move it first.</source>
        <translation>Dort beginnt der nächste Untertitel: zuerst diesen verschieben.</translation>
    </message>
    <message>
        <source>The video begins there.</source>
        <translation>Dort beginnt das Video.</translation>
    </message>
    <message>
        <source>The cue before ends there: move it first.</source>
        <translation>Dort endet der vorige Untertitel: zuerst diesen verschieben.</translation>
    </message>
    <message>
        <source>The cue has to end after it begins, by a tenth of a second at least. Go on, then press O.</source>
        <translation>Der Untertitel muss mindestens eine Zehntelsekunde nach seinem Anfang enden. Weiter gehen, dann O drücken.</translation>
    </message>
    <message>
        <source>The video ends there.</source>
        <translation>Dort endet das Video.</translation>
    </message>
</context>
<context>
    <name>sightline::CueDelegate</name>
    <message>
        <source>Caption</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Edit text</source>
        <translation>Text bearbeiten</translation>
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
        <translation>Einen Untertitel wählen oder am Abspielkopf einen anlegen.</translation>
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
        <source>The model has nothing else to say.</source>
        <translation>Das Modell hat nichts anderes zu sagen.</translation>
    </message>
    <message>
        <source>Choose caption</source>
        <translation>Vorschlag wählen</translation>
    </message>
    <message>
        <source>%1   (%2 %)   %3</source>
        <translation>%1   (%2 %)   %3</translation>
    </message>
    <message>
        <source>Keys 1–%1</source>
        <translation>Tasten 1–%1</translation>
    </message>
</context>
<context>
    <name>sightline::CueModel</name>
    <message>
        <source>The video ends at %1.</source>
        <translation>Das Video endet bei %1.</translation>
    </message>
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
    <message>
        <source>“%1” is no time. Write 1:02.5 or 62.5.</source>
        <translation>„%1“ ist keine Zeit. Schreiben Sie 1:02.5 oder 62.5.</translation>
    </message>
    <message>
        <source>The end (%1) must come after the start (%2). Choose a later end or an earlier start.</source>
        <translation>Das Ende (%1) muss nach dem Anfang (%2) liegen. Ein späteres Ende oder einen früheren Anfang wählen.</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>The chance that the caption is right, as the model sees it</source>
        <translation>Wie wahrscheinlich die Beschreibung stimmt, aus Sicht des Modells</translation>
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
    <message>
        <source>Follow playback</source>
        <translation>Wiedergabe folgen</translation>
    </message>
    <message>
        <source>While the video plays, the cue on screen is the chosen one</source>
        <translation>Während das Video läuft, ist der gezeigte Untertitel ausgewählt</translation>
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
    <message>
        <source>The times in %1 are whole numbers, and nothing says what they count.</source>
        <translation>Die Zeiten in %1 sind ganze Zahlen, und nichts sagt, was sie zählen.</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>Nicht importieren</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>Milliseconds</source>
        <translation>Millisekunden</translation>
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
    <message>
        <source>Check spelling</source>
        <translation>Rechtschreibung prüfen</translation>
    </message>
    <message>
        <source>Check spelling (no dictionary: %1)</source>
        <translation>Rechtschreibung prüfen (kein Wörterbuch: %1)</translation>
    </message>
    <message>
        <source>There are no captions in %1.</source>
        <translation>In %1 sind keine Untertitel.</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
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
        <source>What was there is kept as %1.</source>
        <translation>Was dort war, bleibt als %1.</translation>
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
    <name>sightline::FeedMenu</name>
    <message>
        <source>&amp;Feed</source>
        <translation>&amp;Feed</translation>
    </message>
    <message>
        <source>&amp;Feed for other programs</source>
        <translation>&amp;Feed für andere Programme</translation>
    </message>
    <message>
        <source>&amp;Copy address</source>
        <translation>Adresse &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;New token</source>
        <translation>&amp;Neues Token</translation>
    </message>
    <message>
        <source>Programs on this machine that know the address see captions and picture, such as OBS as a browser source</source>
        <translation>Programme auf diesem Rechner, die die Adresse kennen, sehen Beschreibungen und Bild, etwa OBS als Browserquelle</translation>
    </message>
    <message>
        <source>Who knows the present address is locked out</source>
        <translation>Wer die jetzige Adresse kennt, wird ausgesperrt</translation>
    </message>
    <message>
        <source>Address of the feed</source>
        <translation>Adresse des Feeds</translation>
    </message>
    <message>
        <source>Port of the feed</source>
        <translation>Port des Feeds</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>The feed&apos;s address is on the clipboard.</source>
        <translation>Die Adresse des Feeds ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Cannot start the feed</source>
        <translation>Der Feed kann nicht gestartet werden</translation>
    </message>
    <message>
        <source>The feed is off</source>
        <translation>Der Feed ist aus</translation>
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
    <name>sightline::HistoryPanel</name>
    <message>
        <source>Search captions</source>
        <translation>Beschreibungen durchsuchen</translation>
    </message>
    <message>
        <source>Captions so far</source>
        <translation>Bisherige Beschreibungen</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy the selected captions with their times, or all of them</source>
        <translation>Die gewählten Beschreibungen oder alle mit ihren Zeiten kopieren</translation>
    </message>
    <message>
        <source>Cle&amp;ar</source>
        <translation>Lee&amp;ren</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>E&amp;xportieren …</translation>
    </message>
    <message>
        <source>Write all captions of this session as a caption file, or with their pictures as a project</source>
        <translation>Alle Beschreibungen dieser Sitzung als Untertiteldatei oder mit ihren Bildern als Projekt schreiben</translation>
    </message>
    <message>
        <source>&amp;Enlarge the picture</source>
        <translation>Bild ver&amp;größern</translation>
    </message>
    <message>
        <source>E&amp;xport history…</source>
        <translation>&amp;Verlauf exportieren …</translation>
    </message>
    <message>
        <source>There are no captions to export yet.</source>
        <translation>Es gibt noch keine Beschreibungen zu exportieren.</translation>
    </message>
    <message>
        <source>An export is under way.</source>
        <translation>Ein Export läuft noch.</translation>
    </message>
    <message>
        <source>Export history</source>
        <translation>Verlauf exportieren</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportiert nach %1</translation>
    </message>
    <message>
        <source>Exporting to %1…</source>
        <translation>Wird nach %1 exportiert …</translation>
    </message>
    <message>
        <source>A click enlarges the picture</source>
        <translation>Ein Klick vergrößert das Bild</translation>
    </message>
</context>
<context>
    <name>sightline::LivePage</name>
    <message>
        <source>Show them</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) of an earlier live session, begun %1, were not exported.</source>
        <translation>
            <numerusform>%n Beschreibung einer früheren Live-Sitzung, begonnen %1, wurde nicht exportiert.</numerusform>
            <numerusform>%n Beschreibungen einer früheren Live-Sitzung, begonnen %1, wurden nicht exportiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear it</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message numerus="yes">
        <source>Clear the history? Its %n caption(s) and pictures cannot be brought back.</source>
        <translation>
            <numerusform>Verlauf leeren? Seine %n Bildbeschreibung und ihr Bild sind dann für immer weg.</numerusform>
            <numerusform>Verlauf leeren? Seine %n Bildbeschreibungen und Bilder sind dann für immer weg.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Live</source>
        <translation>&amp;Live</translation>
    </message>
    <message>
        <source>&amp;Camera</source>
        <translation>&amp;Kamera</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Choose a camera, an address, the screen or a file, and press Start.</source>
        <translation>Wählen Sie eine Kamera, eine Adresse, den Bildschirm oder eine Datei und drücken Sie Start.</translation>
    </message>
    <message>
        <source>Caption look</source>
        <translation>Textdarstellung</translation>
    </message>
    <message>
        <source>S&amp;napshot</source>
        <translation>S&amp;chnappschuss</translation>
    </message>
    <message>
        <source>Keep this picture as a PNG file that carries its caption</source>
        <translation>Dieses Bild als PNG-Datei speichern, die seine Beschreibung enthält</translation>
    </message>
    <message>
        <source>Steadiness of captions</source>
        <translation>Beständigkeit der Beschreibungen</translation>
    </message>
    <message>
        <source>Left: every caption as it comes. Right: a caption stays until the scene is another one.</source>
        <translation>Links: jede Beschreibung, wie sie kommt. Rechts: eine Beschreibung bleibt, bis die Szene eine andere ist.</translation>
    </message>
    <message>
        <source>Responsive</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Steady</source>
        <translation>Beständig</translation>
    </message>
    <message>
        <source>%1 % sure</source>
        <translation>%1 % sicher</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>vor %1 s</translation>
    </message>
    <message>
        <source>  ·  </source>
        <translation>  ·  </translation>
    </message>
    <message>
        <source>%1
Taken at %2, described %3 ms later</source>
        <translation>%1
Aufgenommen um %2, beschrieben %3 ms später</translation>
    </message>
    <message>
        <source>Cannot write</source>
        <translation>Schreiben nicht möglich</translation>
    </message>
    <message>
        <source>There is no picture to keep yet.</source>
        <translation>Es gibt noch kein Bild zum Speichern.</translation>
    </message>
    <message>
        <source>Kept as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>Feed</source>
        <translation>Feed</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Al&amp;erts…</source>
        <translation>A&amp;larme …</translation>
    </message>
    <message>
        <source>What happens when a caption says certain words</source>
        <translation>Was geschieht, wenn eine Beschreibung bestimmte Wörter enthält</translation>
    </message>
    <message>
        <source>C&amp;ounters</source>
        <translation>&amp;Zähler</translation>
    </message>
    <message>
        <source>All figures of captioning and of the machine</source>
        <translation>Alle Zahlen zum Beschreiben und zum Rechner</translation>
    </message>
    <message>
        <source>An alert&apos;s picture was gone before it could be kept.</source>
        <translation>Das Bild eines Alarms war fort, bevor es gespeichert werden konnte.</translation>
    </message>
    <message>
        <source>This system has no voice. Install speech-dispatcher or espeak-ng.</source>
        <translation>Dieses System hat keine Stimme. Installieren Sie speech-dispatcher oder espeak-ng.</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>Anhal&amp;ten</translation>
    </message>
    <message>
        <source>Watch it no longer; the history stays</source>
        <translation>Nicht länger ansehen; der Verlauf bleibt</translation>
    </message>
    <message>
        <source>Stopped. Press Start to watch again.</source>
        <translation>Angehalten. Start zeigt die Quelle wieder.</translation>
    </message>
    <message>
        <source>&amp;Retry</source>
        <translation>&amp;Erneut versuchen</translation>
    </message>
    <message>
        <source>No pictures since %1. Trying again in %2 s.</source>
        <translation>Keine Bilder seit %1. Neuer Versuch in %2 s.</translation>
    </message>
    <message>
        <source>No pictures since %1. Connecting again…</source>
        <translation>Keine Bilder seit %1. Verbindet wieder …</translation>
    </message>
</context>
<context>
    <name>sightline::LiveRecording</name>
    <message>
        <source>&amp;Record</source>
        <translation>Auf&amp;nehmen</translation>
    </message>
    <message>
        <source>&amp;Annotate recording</source>
        <translation>Aufnahme &amp;bearbeiten</translation>
    </message>
    <message>
        <source>Record the pictures, with their captions as a subtitle track</source>
        <translation>Die Bilder aufnehmen, mit ihren Beschreibungen als Untertitelspur</translation>
    </message>
    <message>
        <source>Open the last recording with its captions on the Video page</source>
        <translation>Die letzte Aufnahme mit ihren Beschreibungen auf der Seite Video öffnen</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1 frei</translation>
    </message>
    <message>
        <source>The disk is nearly full: the recording ends when nothing is left of the %1.</source>
        <translation>Der Datenträger ist fast voll: Die Aufnahme endet, wenn von den %1 nichts mehr frei ist.</translation>
    </message>
    <message>
        <source>Cannot record</source>
        <translation>Aufnehmen nicht möglich</translation>
    </message>
    <message>
        <source>Stop &amp;recording</source>
        <translation>Aufnahme &amp;beenden</translation>
    </message>
    <message>
        <source>Recording to %1</source>
        <translation>Aufnahme nach %1</translation>
    </message>
    <message>
        <source>The recording ended</source>
        <translation>Die Aufnahme ist zu Ende</translation>
    </message>
    <message>
        <source>Recorded %1 s to %2</source>
        <translation>%1 s aufgenommen in %2</translation>
    </message>
</context>
<context>
    <name>sightline::MainWindow</name>
    <message>
        <source>Open the recording</source>
        <translation>Aufnahme öffnen</translation>
    </message>
    <message>
        <source>The recording “%1” was cut off: about its last second is missing, and captions of its last five.</source>
        <translation>Die Aufnahme „%1“ wurde abgebrochen: etwa die letzte Sekunde fehlt, und Untertitel der letzten fünf.</translation>
    </message>
    <message>
        <source>The model %1 is not there any more. The one that comes with Sightline captions instead; the Model menu adds another.</source>
        <translation>Das Modell %1 ist nicht mehr da. Stattdessen beschreibt das mitgelieferte; im Menü „Modell“ lässt sich ein anderes hinzufügen.</translation>
    </message>
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
        <source>Captions (*.srt *.sbv *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.itt *.csv *.tsv *.txt *.json *.eaf);;All files (*)</source>
        <translation>Untertitel (*.srt *.sbv *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.itt *.csv *.tsv *.txt *.json *.eaf);;Alle Dateien (*)</translation>
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
        <source>&amp;Manual</source>
        <translation>&amp;Handbuch</translation>
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
        <source>Show &amp;log…</source>
        <translation>Pr&amp;otokoll anzeigen …</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
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
    <message>
        <source>Play a video as if it were live</source>
        <translation>Ein Video wie eine Live-Quelle abspielen</translation>
    </message>
    <message>
        <source>Videos to annotate</source>
        <translation>Videos zum Beschreiben</translation>
    </message>
    <message>
        <source>Videos (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv);;All files (*)</source>
        <translation>Videos (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Choose a model bundle</source>
        <translation>Modellpaket wählen</translation>
    </message>
    <message>
        <source>Model bundles (*.pt)</source>
        <translation>Modellpakete (*.pt)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 – Sightline</source>
        <translation>%1 – Sightline</translation>
    </message>
    <message>
        <source>Sightline ended unexpectedly while “%1” was open at %2.</source>
        <translation>Sightline endete unerwartet, während „%1“ bei %2 geöffnet war.</translation>
    </message>
    <message>
        <source>The edits that were not saved are kept.</source>
        <translation>Die nicht gespeicherten Änderungen sind erhalten.</translation>
    </message>
    <message>
        <source>Open it again</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Page “%1”</source>
        <translation>Seite „%1“</translation>
    </message>
    <message>
        <source>Next part of the page</source>
        <translation>Nächster Teil der Seite</translation>
    </message>
    <message>
        <source>Previous part of the page</source>
        <translation>Voriger Teil der Seite</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>Vollbild verlassen</translation>
    </message>
    <message>
        <source>Name of the source</source>
        <translation>Name der Quelle</translation>
    </message>
    <message>
        <source>Name in the list of sources, where it stays; an empty one takes the source off:</source>
        <translation>Name in der Quellenliste, wo sie bleibt; ein leerer nimmt die Quelle heraus:</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>Recordings and snapshots</source>
        <translation>Aufnahmen und Schnappschüsse</translation>
    </message>
    <message>
        <source>&amp;About Sightline</source>
        <translation>Ü&amp;ber Sightline</translation>
    </message>
    <message>
        <source>Reading the captions of the recording…</source>
        <translation>Die Untertitel der Aufnahme werden gelesen …</translation>
    </message>
</context>
<context>
    <name>sightline::ManualWindow</name>
    <message>
        <source>Sightline manual</source>
        <translation>Sightline-Handbuch</translation>
    </message>
    <message>
        <source>Page of the manual</source>
        <translation>Seite des Handbuchs</translation>
    </message>
    <message>
        <source>Pages of the manual</source>
        <translation>Seiten des Handbuchs</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Find in all pages (%1)</source>
        <translation>In allen Seiten suchen (%1)</translation>
    </message>
    <message>
        <source>Find in all pages</source>
        <translation>In allen Seiten suchen</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>Vorige Stelle</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>Nächste Stelle</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>Gefundene Stellen</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>The pages of the manual are in English.</source>
        <translation>Die Seiten des Handbuchs sind auf Englisch.</translation>
    </message>
</context>
<context>
    <name>sightline::ModelMenu</name>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;Add a model…</source>
        <translation>Modell &amp;hinzufügen …</translation>
    </message>
    <message>
        <source>%1, %2 ms a caption</source>
        <translation>%1, %2 ms je Beschreibung</translation>
    </message>
    <message>
        <source>%1 (imported, %2, %3 MB)</source>
        <translation>%1 (importiert, %2, %3 MB)</translation>
    </message>
    <message>
        <source>%1 (verified, %2, %3 MB)</source>
        <translation>%1 (geprüft, %2, %3 MB)</translation>
    </message>
    <message>
        <source>%1 (not made by this release, %2, %3 MB)</source>
        <translation>%1 (nicht mit dieser Version ausgeliefert, %2, %3 MB)</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>Dieses Modell lässt sich nicht benutzen</translation>
    </message>
    <message>
        <source>&amp;Base (shipped, verified)</source>
        <translation>&amp;Base (mitgeliefert, geprüft)</translation>
    </message>
    <message>
        <source>&amp;Base (shipped)</source>
        <translation>&amp;Base (mitgeliefert)</translation>
    </message>
</context>
<context>
    <name>sightline::OverlayMenu</name>
    <message>
        <source>Caption &amp;look</source>
        <translation>Te&amp;xtdarstellung</translation>
    </message>
    <message>
        <source>At the &amp;top</source>
        <translation>&amp;Oben</translation>
    </message>
    <message>
        <source>&amp;Size</source>
        <translation>&amp;Größe</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Klein</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Groß</translation>
    </message>
    <message>
        <source>Very large</source>
        <translation>Sehr groß</translation>
    </message>
    <message>
        <source>&amp;Background</source>
        <translation>&amp;Hintergrund</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keiner</translation>
    </message>
    <message>
        <source>Faint</source>
        <translation>Schwach</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Solid</source>
        <translation>Deckend</translation>
    </message>
    <message>
        <source>Two &amp;lines where they fit</source>
        <translation>Zwei &amp;Zeilen, wo es reicht</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>Hoher &amp;Kontrast</translation>
    </message>
    <message>
        <source>Show &amp;confidence</source>
        <translation>&amp;Sicherheit zeigen</translation>
    </message>
    <message>
        <source>Show how &amp;old it is</source>
        <translation>&amp;Alter zeigen</translation>
    </message>
    <message>
        <source>S&amp;peak new captions</source>
        <translation>Neue Beschreibungen &amp;sprechen</translation>
    </message>
</context>
<context>
    <name>sightline::OwnWindowHint</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Mi&amp;nimize this window</source>
        <translation>Dieses Fenster mi&amp;nimieren</translation>
    </message>
    <message>
        <source>&amp;Pick an area…</source>
        <translation>Bereich &amp;wählen …</translation>
    </message>
    <message>
        <source>This window hides the one that is watched, so the captions describe it instead. Move it aside.</source>
        <translation>Dieses Fenster verdeckt das beobachtete, deshalb wird dieses beschrieben. Schieben Sie es zur Seite.</translation>
    </message>
    <message>
        <source>This window is on the screen that is watched, so the captions describe it too.</source>
        <translation>Dieses Fenster liegt auf dem beobachteten Bildschirm und wird deshalb mit beschrieben.</translation>
    </message>
</context>
<context>
    <name>sightline::PictureDialog</name>
    <message>
        <source>The picture this caption describes</source>
        <translation>Das Bild zu dieser Beschreibung</translation>
    </message>
</context>
<context>
    <name>sightline::PlayerPane</name>
    <message>
        <source>Model ready</source>
        <translation>Modell bereit (schreibt Englisch)</translation>
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
    <name>sightline::PreferencesDialog</name>
    <message>
        <source>&amp;Remember files and sources that were opened</source>
        <translation>Geöffnete Dateien und Quellen &amp;merken</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>Beschreibungen</translation>
    </message>
    <message>
        <source>Folders and privacy</source>
        <translation>Ordner und Datenschutz</translation>
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
    <message>
        <source>&amp;Language of the window</source>
        <translation>&amp;Sprache des Fensters</translation>
    </message>
    <message>
        <source>Takes effect at the next start. Captions are in English whatever the window speaks.</source>
        <translation>Gilt ab dem nächsten Start. Die Beschreibungen sind immer auf Englisch, welche Sprache das Fenster auch spricht.</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Aussehen</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>CPU &amp;threads</source>
        <translation>CPU-&amp;Threads</translation>
    </message>
    <message>
        <source>The thread lab measures how many threads are best here.</source>
        <translation>Das Thread-Labor misst, wie viele Threads hier am besten sind.</translation>
    </message>
    <message>
        <source>Folder of recordings and snapshots</source>
        <translation>Ordner der Aufnahmen und Schnappschüsse</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen …</translation>
    </message>
    <message>
        <source>&amp;Forget them now</source>
        <translation>Jetzt &amp;vergessen</translation>
    </message>
    <message>
        <source>&amp;Recordings and snapshots</source>
        <translation>&amp;Aufnahmen und Schnappschüsse</translation>
    </message>
    <message>
        <source>Captions are made on this machine. Pictures and captions leave it only while you switch the feed on or let an alert&apos;s command send them.</source>
        <translation>Die Beschreibungen entstehen auf diesem Rechner. Bilder und Beschreibungen verlassen ihn nur, wenn Sie den Feed einschalten oder den Befehl eines Alarms sie senden lassen.</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>Die Sprache wechselt beim nächsten Start.</translation>
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
    <message>
        <source>There are captions of this video that have not been saved. Open it and save its project first.</source>
        <translation>Zu diesem Video gibt es Untertitel, die nicht gespeichert sind. Öffnen Sie es und speichern Sie zuerst sein Projekt.</translation>
    </message>
    <message>
        <source>Another cue begins there already. Go on a little, or change that one.</source>
        <translation>Dort beginnt schon ein Untertitel. Etwas weiter gehen oder diesen ändern.</translation>
    </message>
    <message>
        <source>The new cue ends where the next one begins.</source>
        <translation>Der neue Untertitel endet, wo der nächste beginnt.</translation>
    </message>
    <message>
        <source>The new cue begins while the one before is still shown.</source>
        <translation>Der neue Untertitel beginnt, während der vorige noch zu sehen ist.</translation>
    </message>
    <message>
        <source>The video is open without its captions, and the project stays as it is.</source>
        <translation>Das Video ist ohne seine Untertitel geöffnet, und das Projekt bleibt, wie es ist.</translation>
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
    <message>
        <source>These captions are only shown here: another window has them open.</source>
        <translation>Diese Untertitel werden hier nur gezeigt: Ein anderes Fenster hat sie geöffnet.</translation>
    </message>
</context>
<context>
    <name>sightline::QueueDialog</name>
    <message>
        <source>Annotate files</source>
        <translation>Dateien beschreiben</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Videos</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>&amp;Add files…</source>
        <translation>Dateien &amp;hinzufügen …</translation>
    </message>
    <message>
        <source>Choose more videos</source>
        <translation>Weitere Videos wählen</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Open the chosen video with its captions</source>
        <translation>Das gewählte Video mit seinen Untertiteln öffnen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Stop the chosen video, or all where none is chosen</source>
        <translation>Das gewählte Video anhalten, oder alle, wenn keines gewählt ist</translation>
    </message>
    <message>
        <source>Take what is over off the list; the files stay</source>
        <translation>Nimmt von der Liste, was vorbei ist; die Dateien bleiben</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s)</source>
        <translation>
            <numerusform>%n Untertitel</numerusform>
            <numerusform>%n Untertitel</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>there already, %n cue(s)</source>
        <translation>
            <numerusform>schon da, %n Untertitel</numerusform>
            <numerusform>schon da, %n Untertitel</numerusform>
        </translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1, cut short</source>
        <translation>%1, vorzeitig zu Ende</translation>
    </message>
    <message>
        <source>%1 of %2 videos; the projects are written beside them.</source>
        <translation>%1 von %2 Videos; die Projekte liegen daneben.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation>&amp;Ordner öffnen</translation>
    </message>
    <message>
        <source>Show the folder of the chosen video and its project</source>
        <translation>Den Ordner des gewählten Videos und seines Projekts zeigen</translation>
    </message>
    <message>
        <source>&amp;Retry</source>
        <translation>&amp;Erneut versuchen</translation>
    </message>
    <message>
        <source>Begin the chosen video again, or all that failed or were stopped where none is chosen</source>
        <translation>Das gewählte Video erneut beginnen, oder alle fehlgeschlagenen und angehaltenen, wenn keines gewählt ist</translation>
    </message>
    <message>
        <source>&amp;Clear finished</source>
        <translation>Fer&amp;tige entfernen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The queue goes on</source>
        <translation>Die Warteschlange läuft weiter</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>Nothing to say: no picture of it got a caption.</source>
        <translation>Nichts zu sagen: Kein Bild bekam eine Beschreibung.</translation>
    </message>
    <message>
        <source>It goes on where it was when it is begun again.</source>
        <translation>Beginnt man es erneut, geht es dort weiter, wo es war.</translation>
    </message>
    <message numerus="yes">
        <source>%n failed.</source>
        <translation>
            <numerusform>%n ist fehlgeschlagen.</numerusform>
            <numerusform>%n sind fehlgeschlagen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::QuickTune</name>
    <message>
        <source>Finding the best number of CPU threads…</source>
        <translation>Die beste Zahl von CPU-Threads wird gesucht …</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Skip finding the number of threads</source>
        <translation>Die Suche nach der Zahl der Threads überspringen</translation>
    </message>
    <message>
        <source>The number of threads could not be measured; it stays as it is.</source>
        <translation>Die Zahl der Threads ließ sich nicht messen; sie bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>Skipped. The thread lab finds the best number of threads at any time.</source>
        <translation>Übersprungen. Das Thread-Labor findet die beste Zahl von Threads jederzeit.</translation>
    </message>
    <message>
        <source>The CPU was too busy to find the best number of threads; it stays as it is. The thread lab finds it at any time.</source>
        <translation>Die CPU war zu stark ausgelastet, um die beste Zahl von Threads zu finden; sie bleibt, wie sie ist. Das Thread-Labor findet sie jederzeit.</translation>
    </message>
    <message>
        <source>Captions are made with 1 thread, which is best here.</source>
        <translation>Beschrieben wird mit 1 Thread, was hier am besten ist.</translation>
    </message>
    <message>
        <source>Captions are made with %1 threads, which is best here.</source>
        <translation>Beschrieben wird mit %1 Threads, was hier am besten ist.</translation>
    </message>
    <message>
        <source>Beside busy programs it is 1; captions find that by themselves.</source>
        <translation>Neben rechenintensiven Programmen ist es 1; die Beschreibungen richten sich von selbst danach.</translation>
    </message>
    <message>
        <source>Beside busy programs it is %1; captions find that by themselves.</source>
        <translation>Neben rechenintensiven Programmen sind es %1; die Beschreibungen richten sich von selbst danach.</translation>
    </message>
</context>
<context>
    <name>sightline::RangesPanel</name>
    <message>
        <source>%p%</source>
        <translation>%p %</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Intra-op threads</source>
        <translation>Intra-op-Threads</translation>
    </message>
    <message>
        <source>Threads that share the work of one layer, as 1-4 or 1,2,8</source>
        <translation>Threads, die sich die Arbeit an einer Schicht teilen, etwa 1-4 oder 1,2,8</translation>
    </message>
    <message>
        <source>Inter-op threads</source>
        <translation>Inter-op-Threads</translation>
    </message>
    <message>
        <source>Threads that run branches of a network side by side. The shipped network has none, so this makes no difference to it.</source>
        <translation>Threads, die Zweige eines Netzes nebeneinander rechnen. Das mitgelieferte Netz hat keine, für es macht das keinen Unterschied.</translation>
    </message>
    <message>
        <source>Beams</source>
        <translation>Beam-Breite</translation>
    </message>
    <message>
        <source>Beams of the caption search: 1 is greedy, 0 the model&apos;s own</source>
        <translation>Breite der Textsuche (Zahl der Beams): 1 nimmt immer das wahrscheinlichste Wort, 0 ist die Vorgabe des Modells</translation>
    </message>
    <message>
        <source>also pinned to cores</source>
        <translation>auch an Kerne gebunden</translation>
    </message>
    <message>
        <source>Also pinned to cores</source>
        <translation>Auch an Kerne gebunden</translation>
    </message>
    <message>
        <source>Measure each setting also with each thread on a core of its own, fast cores first</source>
        <translation>Jede Einstellung auch mit jedem Thread auf einem eigenen Kern messen, schnelle Kerne zuerst</translation>
    </message>
    <message>
        <source>Repetitions at most</source>
        <translation>Wiederholungen höchstens</translation>
    </message>
    <message>
        <source>Seed of the order</source>
        <translation>Startwert der Reihenfolge</translation>
    </message>
    <message>
        <source>the one in use</source>
        <translation>das verwendete</translation>
    </message>
    <message>
        <source>Bundles</source>
        <translation>Modellpakete</translation>
    </message>
    <message>
        <source>Bundles…</source>
        <translation>Modellpakete …</translation>
    </message>
    <message>
        <source>Compare bundles of other precisions. Sightline comes with an int8 one only; models/ makes one of fp32.</source>
        <translation>Modellpakete anderer Genauigkeit vergleichen. Sightline bringt nur eines in int8 mit; models/ macht eines in fp32.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Measure all settings, in random order</source>
        <translation>Alle Einstellungen messen, in zufälliger Reihenfolge</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop, and keep what was measured</source>
        <translation>Anhalten und behalten, was gemessen ist</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>What happens now</source>
        <translation>Was gerade geschieht</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Inter-op</source>
        <translation>Inter-op</translation>
    </message>
    <message>
        <source>Affinity</source>
        <translation>Bindung</translation>
    </message>
    <message>
        <source>Repetitions</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>also overlapped</source>
        <translation>auch überlappend</translation>
    </message>
    <message>
        <source>Also overlapped</source>
        <translation>Auch überlappend</translation>
    </message>
    <message>
        <source>Measure each setting also with the next picture encoded while a caption is generated, as videos are captioned</source>
        <translation>Jede Einstellung auch messen, während das nächste Bild schon kodiert wird, wie bei Videos</translation>
    </message>
    <message>
        <source>Pipeline</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>also beside busy programs</source>
        <translation>auch neben rechenintensiven Programmen</translation>
    </message>
    <message>
        <source>Also beside busy programs</source>
        <translation>Auch neben rechenintensiven Programmen</translation>
    </message>
    <message>
        <source>Measure each setting also while as many programs as there are CPUs keep them busy. They are made for it, and end with it.</source>
        <translation>Jede Einstellung auch messen, während so viele Programme rechnen, wie es CPUs gibt. Sie werden nur dafür gestartet und enden damit.</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Last</translation>
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
    <name>sightline::ReportDialog</name>
    <message>
        <source>Cannot read %1: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1
It may name files of yours. It stays on this machine unless you pass it on.</source>
        <translation>%1
Darin können Namen Ihrer Dateien stehen. Es bleibt auf diesem Rechner, solange Sie es nicht weitergeben.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Sightline stopped because of a fault in it the last time. There is a report that helps to find it.</source>
        <translation>Sightline wurde beim letzten Mal durch einen Fehler im Programm beendet. Ein Bericht hilft, ihn zu finden.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Show…</source>
        <translation>Anzeigen …</translation>
    </message>
    <message>
        <source>Report of a crash</source>
        <translation>Bericht über einen Absturz</translation>
    </message>
</context>
<context>
    <name>sightline::ResultModel</name>
    <message>
        <source>quiet</source>
        <translation>gering</translation>
    </message>
    <message>
        <source>noisy</source>
        <translation>deutlich</translation>
    </message>
    <message>
        <source>very noisy</source>
        <translation>stark</translation>
    </message>
    <message>
        <source>%1 ± %2</source>
        <translation>%1 ± %2</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>–</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>Was gemessen wurde</translation>
    </message>
    <message>
        <source>Captions/s</source>
        <translation>Beschreibungen/s</translation>
    </message>
    <message>
        <source>Median over repetitions, with half of its 95 % interval</source>
        <translation>Median der Wiederholungen, mit der Hälfte des 95-%-Intervalls</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source>Interquartile range over median of the captions/s: yellow above 0.1, red above 0.25</source>
        <translation>Quartilsabstand durch Median der Beschreibungen/s: gelb über 0,1, rot über 0,25</translation>
    </message>
    <message>
        <source>Fixed length/s</source>
        <translation>Feste Länge/s</translation>
    </message>
    <message>
        <source>Captions a second where all have the same number of tokens</source>
        <translation>Beschreibungen je Sekunde, wenn alle gleich viele Token haben</translation>
    </message>
    <message>
        <source>p50 ms</source>
        <translation>p50 ms</translation>
    </message>
    <message>
        <source>Median time of one caption</source>
        <translation>Zeit je Beschreibung (Median)</translation>
    </message>
    <message>
        <source>p95 ms</source>
        <translation>p95 ms</translation>
    </message>
    <message>
        <source>19 of 20 captions take no longer</source>
        <translation>19 von 20 Beschreibungen dauern nicht länger</translation>
    </message>
    <message>
        <source>p99 ms</source>
        <translation>p99 ms</translation>
    </message>
    <message>
        <source>99 of 100 captions take no longer</source>
        <translation>99 von 100 Beschreibungen dauern nicht länger</translation>
    </message>
    <message>
        <source>Encode ms</source>
        <translation>Kodieren ms</translation>
    </message>
    <message>
        <source>From pixels to features</source>
        <translation>Von Pixeln zu Merkmalen</translation>
    </message>
    <message>
        <source>Generate ms</source>
        <translation>Erzeugen ms</translation>
    </message>
    <message>
        <source>From features to words</source>
        <translation>Von Merkmalen zu Wörtern</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Use while captioning; 100 % is one CPU</source>
        <translation>Auslastung beim Beschreiben; 100 % ist eine CPU</translation>
    </message>
    <message>
        <source>Busy threads</source>
        <translation>Aktive Threads</translation>
    </message>
    <message>
        <source>Threads seen at work, from /proc</source>
        <translation>Threads, die bei der Arbeit gesehen wurden, aus /proc</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>Andere</translation>
    </message>
    <message>
        <source>CPUs that everything else used meanwhile</source>
        <translation>CPUs, die alles andere dabei verbrauchte</translation>
    </message>
    <message>
        <source>MiB</source>
        <translation>MiB</translation>
    </message>
    <message>
        <source>Resident memory</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>J</source>
        <translation>J</translation>
    </message>
    <message>
        <source>Energy of the CPU a caption, where it can be read (RAPL)</source>
        <translation>Energie der CPU je Beschreibung, wo sie lesbar ist (RAPL)</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Repetitions</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 Thread</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 Threads</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>Beam-Breite 1</translation>
    </message>
    <message>
        <source>%1 beams</source>
        <translation>Beam-Breite %1</translation>
    </message>
    <message>
        <source>, %1 inter-op</source>
        <translation>, %1 inter-op</translation>
    </message>
    <message>
        <source>, pinned to cores</source>
        <translation>, an Kerne gebunden</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>, overlapped</source>
        <translation>, überlappend</translation>
    </message>
    <message>
        <source>, beside 1 busy program</source>
        <translation>, neben 1 rechenintensiven Programm</translation>
    </message>
    <message>
        <source>, beside %1 busy programs</source>
        <translation>, neben %1 rechenintensiven Programmen</translation>
    </message>
</context>
<context>
    <name>sightline::ScreenPicker</name>
    <message>
        <source>Pick an area</source>
        <translation>Bereich wählen</translation>
    </message>
    <message>
        <source>Pick a window</source>
        <translation>Fenster wählen</translation>
    </message>
    <message>
        <source>Drag over what is to be watched. Escape gives up.</source>
        <translation>Den gewünschten Bereich mit der Maus aufziehen. Esc bricht ab.</translation>
    </message>
    <message>
        <source>Click the window that is to be watched. Escape gives up.</source>
        <translation>Das gewünschte Fenster anklicken. Esc bricht ab.</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
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
    <name>sightline::SourceBar</name>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>A camera, the screen, a file, or the address of a stream such as rtsp://camera/live</source>
        <translation>Eine Kamera, der Bildschirm, eine Datei oder die Adresse eines Streams wie rtsp://kamera/live</translation>
    </message>
    <message>
        <source>Camera, rtsp:// or http:// address, screen: or file</source>
        <translation>Kamera, rtsp://- oder http://-Adresse, screen: oder Datei</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Start</translation>
    </message>
    <message>
        <source>Watch this source</source>
        <translation>Diese Quelle ansehen</translation>
    </message>
    <message>
        <source>State of the source</source>
        <translation>Zustand der Quelle</translation>
    </message>
    <message>
        <source>%1 (no permission)</source>
        <translation>%1 (keine Berechtigung)</translation>
    </message>
    <message>
        <source>%1 (in use)</source>
        <translation>%1 (in Gebrauch)</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Datei …</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbindet …</translation>
    </message>
    <message>
        <source>Connecting again…</source>
        <translation>Verbindet wieder …</translation>
    </message>
    <message>
        <source>%1 × %2, %3 fps</source>
        <translation>%1 × %2, %3 Bilder/s</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Trying again in %1 s.</source>
        <translation>Neuer Versuch in %1 s.</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>Anhal&amp;ten</translation>
    </message>
    <message>
        <source>Watch it no longer; the history stays</source>
        <translation>Nicht länger ansehen; der Verlauf bleibt</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>&amp;Look for cameras again</source>
        <translation>Kameras &amp;neu suchen</translation>
    </message>
    <message>
        <source>Pick an &amp;area of the screen…</source>
        <translation>&amp;Bereich des Bildschirms wählen …</translation>
    </message>
    <message>
        <source>Pick a &amp;window…</source>
        <translation>&amp;Fenster wählen …</translation>
    </message>
    <message>
        <source>Give this source a &amp;name…</source>
        <translation>Der Quelle einen Namen &amp;geben …</translation>
    </message>
    <message>
        <source>&amp;Forget recent sources</source>
        <translation>&amp;Zuletzt benutzte Quellen vergessen</translation>
    </message>
    <message>
        <source>An area of the screen…</source>
        <translation>Ein Bereich des Bildschirms …</translation>
    </message>
    <message>
        <source>A window…</source>
        <translation>Ein Fenster …</translation>
    </message>
    <message>
        <source>Not watched: it failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Zu Ende</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
</context>
<context>
    <name>sightline::SweepCharts</name>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Speed (line) and latency (dashes)</source>
        <translation>Tempo (Linie) und Dauer (gestrichelt)</translation>
    </message>
    <message>
        <source>Captions/s</source>
        <translation>Beschreibungen/s</translation>
    </message>
    <message>
        <source>Latency (ms)</source>
        <translation>Dauer (ms)</translation>
    </message>
    <message>
        <source>Speed-up (line) and efficiency (dashes)</source>
        <translation>Beschleunigung (Linie) und Effizienz (gestrichelt)</translation>
    </message>
    <message>
        <source>Speed-up</source>
        <translation>Beschleunigung</translation>
    </message>
    <message>
        <source>Efficiency (%)</source>
        <translation>Effizienz (%)</translation>
    </message>
    <message>
        <source>recommended</source>
        <translation>empfohlen</translation>
    </message>
</context>
<context>
    <name>sightline::ThreadLabPage</name>
    <message>
        <source>Bundles to compare</source>
        <translation>Modellpakete zum Vergleich</translation>
    </message>
    <message>
        <source>Model bundles (*.pt)</source>
        <translation>Modellpakete (*.pt)</translation>
    </message>
    <message>
        <source>Cancelled; what was measured is kept.</source>
        <translation>Abgebrochen; was gemessen wurde, bleibt.</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>Fertig.</translation>
    </message>
    <message>
        <source>The run is not kept</source>
        <translation>Der Lauf wird nicht aufbewahrt</translation>
    </message>
    <message>
        <source>Nothing was measured.</source>
        <translation>Es wurde nichts gemessen.</translation>
    </message>
    <message>
        <source>Cannot measure</source>
        <translation>Messen nicht möglich</translation>
    </message>
    <message>
        <source>Close other programs, then start.</source>
        <translation>Schließen Sie andere Programme, dann starten Sie.</translation>
    </message>
    <message>
        <source>Runs on this machine</source>
        <translation>Läufe auf diesem Rechner</translation>
    </message>
    <message>
        <source>Earlier runs</source>
        <translation>Frühere Läufe</translation>
    </message>
    <message>
        <source>Pin as A</source>
        <translation>Als A anheften</translation>
    </message>
    <message>
        <source>Compare the chosen run with another</source>
        <translation>Den gewählten Lauf mit einem anderen vergleichen</translation>
    </message>
    <message>
        <source>Pin as B</source>
        <translation>Als B anheften</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>In use now</source>
        <translation>Jetzt in Gebrauch</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Caption with this setting on all pages, at once and from now on</source>
        <translation>Auf allen Seiten mit dieser Einstellung beschreiben, sofort und künftig</translation>
    </message>
    <message>
        <source>Use selected</source>
        <translation>Gewählte verwenden</translation>
    </message>
    <message>
        <source>Caption with the setting selected in the table</source>
        <translation>Mit der in der Tabelle gewählten Einstellung beschreiben</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Go back to what was set before</source>
        <translation>Zurück zu dem, was vorher eingestellt war</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Save the run as Markdown, CSV, JSON, or its charts as a picture</source>
        <translation>Den Lauf als Markdown, CSV, JSON oder seine Diagramme als Bild speichern</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Copy the run as Markdown</source>
        <translation>Den Lauf als Markdown kopieren</translation>
    </message>
    <message>
        <source>The report is on the clipboard, as Markdown.</source>
        <translation>Der Bericht ist als Markdown in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>A and B</source>
        <translation>A und B</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt …</translation>
    </message>
    <message>
        <source>Paused while other programs, or captions on other pages, use %1 CPUs.</source>
        <translation>Wartet, solange andere Programme oder Beschreibungen auf anderen Seiten %1 CPUs verbrauchen.</translation>
    </message>
    <message>
        <source>Measuring %1</source>
        <translation>%1 wird gemessen</translation>
    </message>
    <message>
        <source>Cooling down after %1</source>
        <translation>Abkühlen nach %1</translation>
    </message>
    <message>
        <source>On this CPU use %1: %2 % of peak speed at %3 % of the CPU.</source>
        <translation>Verwenden Sie auf dieser CPU %1: %2 % des höchsten Tempos bei %3 % der CPU.</translation>
    </message>
    <message>
        <source>The figures scatter widely, so measure again before you rely on this.</source>
        <translation>Die Werte streuen stark, messen Sie also erneut, bevor Sie sich darauf verlassen.</translation>
    </message>
    <message>
        <source>The figures scatter, so small differences mean little.</source>
        <translation>Die Werte streuen, kleine Unterschiede bedeuten also wenig.</translation>
    </message>
    <message>
        <source>Other programs used the CPU while this was measured.</source>
        <translation>Andere Programme haben die CPU währenddessen verwendet.</translation>
    </message>
    <message>
        <source>Too noisy to say how many threads are best: their speeds overlap. Measure again when less else runs.</source>
        <translation>Zu unruhig, um zu sagen, wie viele Threads am besten sind: Ihre Geschwindigkeiten überschneiden sich. Noch einmal messen, wenn weniger anderes läuft.</translation>
    </message>
    <message>
        <source>Not measured yet.</source>
        <translation>Noch nicht gemessen.</translation>
    </message>
    <message>
        <source>So far: %1</source>
        <translation>Bis jetzt: %1</translation>
    </message>
    <message>
        <source>The setting that uses the least CPU among those with at least 95 % of the highest speed, for each model and number of beams</source>
        <translation>Die Einstellung, die die CPU am wenigsten braucht unter denen mit mindestens 95 % des höchsten Tempos, für jedes Modell und jede Beam-Breite</translation>
    </message>
    <message>
        <source>In use: 1 thread.</source>
        <translation>In Gebrauch: 1 Thread.</translation>
    </message>
    <message>
        <source>In use: %1 threads.</source>
        <translation>In Gebrauch: %1 Threads.</translation>
    </message>
    <message>
        <source>Inter-op threads change at the next start.</source>
        <translation>Inter-op-Threads ändern sich beim nächsten Start.</translation>
    </message>
    <message>
        <source>Cannot use this setting</source>
        <translation>Diese Einstellung ist nicht verwendbar</translation>
    </message>
    <message>
        <source>Captions are made with 1 thread from now on.</source>
        <translation>Von nun an wird mit 1 Thread beschrieben.</translation>
    </message>
    <message>
        <source>Captions are made with %1 threads from now on.</source>
        <translation>Von nun an wird mit %1 Threads beschrieben.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>Die Einstellungen sind wieder wie vorher.</translation>
    </message>
    <message>
        <source>%1, %2 of %3 settings</source>
        <translation>%1, %2 von %3 Einstellungen</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Charts (*.png)</source>
        <translation>Diagramme (*.png)</translation>
    </message>
    <message>
        <source>Export the run</source>
        <translation>Den Lauf exportieren</translation>
    </message>
    <message>
        <source>Cannot write %1. Check the folder and its permissions.</source>
        <translation>%1 lässt sich nicht schreiben. Prüfen Sie den Ordner und seine Zugriffsrechte.</translation>
    </message>
    <message>
        <source>Cannot export</source>
        <translation>Export nicht möglich</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>Thread lab</source>
        <translation>Thread-Labor</translation>
    </message>
    <message>
        <source>Preview of A and B</source>
        <translation>Vorschau von A und B</translation>
    </message>
    <message>
        <source>Beside busy programs it is too noisy to say how many threads are best.</source>
        <translation>Neben rechenintensiven Programmen ist es zu unruhig, um zu sagen, wie viele Threads am besten sind.</translation>
    </message>
    <message>
        <source>Beside busy programs use %1: %2 % of peak speed there, at %3 % of the CPU.</source>
        <translation>Neben rechenintensiven Programmen: %1, dort %2 % der höchsten Geschwindigkeit bei %3 % der CPU.</translation>
    </message>
</context>
<context>
    <name>sightline::TimelineView</name>
    <message>
        <source>Speech</source>
        <translation>Sprache</translation>
    </message>
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
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>%1 · frame %2</source>
        <translation>%1 · Bild %2</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Show the whole video</source>
        <translation>Das ganze Video zeigen</translation>
    </message>
</context>
<context>
    <name>sightline::TransportBar</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>Back 5 seconds</source>
        <translation>5 Sekunden zurück</translation>
    </message>
    <message>
        <source>Pause at normal speed</source>
        <translation>Anhalten, normales Tempo</translation>
    </message>
    <message>
        <source>Play, and faster</source>
        <translation>Abspielen, bei Wiederholung schneller</translation>
    </message>
    <message>
        <source>Loop the cue</source>
        <translation>Untertitel wiederholen</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Speed; below half and above double speed there is no sound</source>
        <translation>Tempo; unter halbem und über doppeltem gibt es keinen Ton</translation>
    </message>
    <message>
        <source>%1×</source>
        <translation>%1×</translation>
    </message>
    <message>
        <source>Time and frame</source>
        <translation>Zeit und Bild</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 · frame %2</source>
        <translation>%1 · Bild %2</translation>
    </message>
    <message>
        <source>Frames are counted at %1 a second</source>
        <translation>Gezählt mit %1 Bildern je Sekunde</translation>
    </message>
</context>
<context>
    <name>sightline::VideoPage</name>
    <message>
        <source>Show why</source>
        <translation>Gründe zeigen</translation>
    </message>
    <message>
        <source>Go on with them</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Leave them</source>
        <translation>Ruhen lassen</translation>
    </message>
    <message numerus="yes">
        <source>%n video(s) could not be captioned.</source>
        <translation>
            <numerusform>%n Video konnte nicht beschrieben werden.</numerusform>
            <numerusform>%n Videos konnten nicht beschrieben werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Captioning ended with %n video(s) still to do.</source>
        <translation>
            <numerusform>Das Beschreiben endete mit %n Video, das noch aussteht.</numerusform>
            <numerusform>Das Beschreiben endete mit %n Videos, die noch ausstehen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The edits that are not saved are kept: they are there when the video is opened again.</source>
        <translation>Die nicht gespeicherten Änderungen bleiben erhalten: Sie sind da, wenn das Video wieder geöffnet wird.</translation>
    </message>
    <message>
        <source>The folder is %1.</source>
        <translation>Der Ordner ist %1.</translation>
    </message>
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
        <translation>Ein Video öffnen oder eine Videodatei hierher ziehen.</translation>
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
        <source>Sa&amp;ve project as…</source>
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
        <source>No program here shows folders. The folder is %1.</source>
        <translation>Kein Programm zeigt hier Ordner. Der Ordner ist %1.</translation>
    </message>
    <message>
        <source>All files have been gone through.</source>
        <translation>Alle Dateien sind abgearbeitet.</translation>
    </message>
    <message>
        <source>Annotate &amp;files…</source>
        <translation>&amp;Dateien beschreiben …</translation>
    </message>
    <message>
        <source>Caption several videos one after the other, into projects beside them</source>
        <translation>Mehrere Videos nacheinander beschreiben, in Projekte neben ihnen</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Seek 5 seconds back</source>
        <translation>5 Sekunden zurückspringen</translation>
    </message>
    <message>
        <source>Seek 5 seconds forward</source>
        <translation>5 Sekunden vorspringen</translation>
    </message>
    <message>
        <source>Seek a second back</source>
        <translation>Eine Sekunde zurückspringen</translation>
    </message>
    <message>
        <source>Seek a second forward</source>
        <translation>Eine Sekunde vorspringen</translation>
    </message>
    <message>
        <source>Go to the start</source>
        <translation>An den Anfang springen</translation>
    </message>
    <message>
        <source>Go to the end</source>
        <translation>Ans Ende springen</translation>
    </message>
    <message>
        <source>The captions of this video are open in another window: “%1”, since %2.</source>
        <translation>Die Untertitel dieses Videos sind in einem anderen Fenster geöffnet: „%1“, seit %2.</translation>
    </message>
    <message>
        <source>The captions of this video are open in another program.</source>
        <translation>Die Untertitel dieses Videos sind in einem anderen Programm geöffnet.</translation>
    </message>
    <message>
        <source>Bring it to front</source>
        <translation>Nach vorn holen</translation>
    </message>
    <message>
        <source>Open read-only</source>
        <translation>Nur zum Lesen öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 (read-only)</source>
        <translation>%1 (nur Lesen)</translation>
    </message>
    <message>
        <source>Annotating was interrupted at %1 of %2; what it found is kept.</source>
        <translation>Das Beschreiben wurde bei %1 von %2 unterbrochen; das Gefundene ist erhalten.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Go on from there</source>
        <translation>Von dort fortfahren</translation>
    </message>
    <message>
        <source>%1 holds captions and no pictures. Open its video first, then choose Import captions in the menu Project.</source>
        <translation>%1 enthält Untertitel und keine Bilder. Öffnen Sie zuerst das Video und wählen Sie dann im Menü Projekt „Untertitel importieren“.</translation>
    </message>
</context>
<context>
    <name>sightline::VideoView</name>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
</context>
<context>
    <name>TrustQuestion</name>
    <message>
        <source>Load a model from somebody else?</source>
        <translation>Fremdes Modell laden?</translation>
    </message>
    <message>
        <source>%1 did not come with this release of Sightline.</source>
        <translation>%1 gehört nicht zu dieser Ausgabe von Sightline.</translation>
    </message>
    <message>
        <source>A model holds program code that runs with your rights. Only load files from people you trust.

You are asked once for each model. Before the first time it is tried apart, which takes as long again as loading it.</source>
        <translation>Ein Modell enthält Programmcode, der mit Ihren Rechten läuft. Laden Sie nur Dateien von Menschen, denen Sie vertrauen.

Sie werden für jedes Modell einmal gefragt. Vor dem ersten Mal wird es für sich erprobt, was noch einmal so lange dauert wie das Laden.</translation>
    </message>
    <message>
        <source>&amp;Load it</source>
        <translation>&amp;Laden</translation>
    </message>
</context>
<context>
    <name>FormatTitle</name>
    <message>
        <source>WebVTT metadata (JSON)</source>
        <translation>WebVTT-Metadaten (JSON)</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>Tabelle (CSV)</translation>
    </message>
    <message>
        <source>ELAN annotations</source>
        <translation>ELAN-Annotationen</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>another machine</source>
        <translation>einem anderen Rechner</translation>
    </message>
    <message>
        <source>Cannot make the folder {}: {}. Choose another folder for -o.</source>
        <translation>Der Ordner {0} lässt sich nicht anlegen: {1}. Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>{} is being captioned by {}.</source>
        <translation>{0} wird gerade beschrieben: {1}.</translation>
    </message>
    <message>
        <source>{} is being captioned by another run.</source>
        <translation>{0} wird gerade von einem anderen Lauf beschrieben.</translation>
    </message>
    <message>
        <source>{} is being captioned by another run that is about to begin.</source>
        <translation>{0} wird gerade von einem anderen Lauf beschrieben, der eben beginnt.</translation>
    </message>
    <message>
        <source>{} is being captioned by process {} on {} (since {}).</source>
        <translation>{0} wird gerade vom Prozess {1} auf {2} beschrieben (seit {3}).</translation>
    </message>
    <message>
        <source>{} was taken over by another run, because this one stood still for too long.</source>
        <translation>{0} wurde von einem anderen Lauf übernommen, weil dieser zu lange stillstand.</translation>
    </message>
    <message>
        <source>{} holds captions of another video than {}. Choose another folder for -o, or --existing replace to write over them.</source>
        <translation>{0} enthält Untertitel eines anderen Videos als {1}. Legen Sie das Video in einen anderen Ordner, oder benennen Sie das Projekt um.</translation>
    </message>
    <message>
        <source>Cannot write {}: {}. {}</source>
        <translation>{0} lässt sich nicht schreiben: {1}. {2}</translation>
    </message>
    <message>
        <source>Try another folder.</source>
        <translation>Versuchen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Make the folder first, or choose another.</source>
        <translation>Legen Sie zuerst den Ordner an, oder wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Change the folder&apos;s permissions, or choose another.</source>
        <translation>Ändern Sie die Zugriffsrechte des Ordners, oder wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Free space, or choose another disk.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie einen anderen Datenträger.</translation>
    </message>
    <message>
        <source>Choose a disk that takes files of this size.</source>
        <translation>Wählen Sie einen Datenträger, der Dateien dieser Größe aufnimmt.</translation>
    </message>
    <message>
        <source>Cannot start {}: {}.</source>
        <translation>{0} lässt sich nicht starten: {1}.</translation>
    </message>
    <message>
        <source>{} was cancelled.</source>
        <translation>{0} wurde abgebrochen.</translation>
    </message>
    <message>
        <source>{} said nothing for {} s and was stopped.</source>
        <translation>{0} meldete sich {1} s lang nicht und wurde beendet.</translation>
    </message>
    <message>
        <source>{} was ended by signal {} ({}). {}</source>
        <translation>{0} wurde durch Signal {1} ({2}) beendet. {3}</translation>
    </message>
    <message>
        <source>{} failed with code {}. {}</source>
        <translation>{0} scheiterte mit Code {1}. {2}</translation>
    </message>
    <message>
        <source>The command names no program.</source>
        <translation>Der Befehl nennt kein Programm.</translation>
    </message>
    <message>
        <source>Cannot start {}: {}. Check its name and its permissions.</source>
        <translation>{0} lässt sich nicht starten: {1}. Prüfen Sie den Namen und die Zugriffsrechte.</translation>
    </message>
    <message>
        <source>{} ran for longer than {} s and was ended.</source>
        <translation>{0} lief länger als {1} s und wurde beendet.</translation>
    </message>
    <message>
        <source>{} was ended.</source>
        <translation>{0} wurde beendet.</translation>
    </message>
    <message>
        <source>{} was ended by signal {} ({}).</source>
        <translation>{0} wurde durch Signal {1} ({2}) beendet.</translation>
    </message>
    <message>
        <source>{} failed with code {}.</source>
        <translation>{0} scheiterte mit Code {1}.</translation>
    </message>
    <message>
        <source>The benchmark process cannot be pinned to its CPUs: they are not there or not allowed.</source>
        <translation>Der Messprozess lässt sich nicht an seine CPUs binden: Es gibt sie nicht, oder sie sind nicht erlaubt.</translation>
    </message>
    <message>
        <source>The benchmark process</source>
        <translation>Der Messprozess</translation>
    </message>
    <message>
        <source>The busy program</source>
        <translation>Das rechnende Programm</translation>
    </message>
    <message>
        <source>{} has too few frames for {} pictures. Choose a longer clip or fewer pictures.</source>
        <translation>{0} hat zu wenige Bilder für {1} Bilder der Messung. Wählen Sie einen längeren Clip oder weniger Bilder.</translation>
    </message>
    <message>
        <source>A benchmark process sent a line that is no repetition.</source>
        <translation>Ein Messprozess sandte eine Zeile, die keine Messung ist.</translation>
    </message>
    <message>
        <source>Cannot open the clip {}: there is no such file, or no permission to read it. Check the name.</source>
        <translation>Der Clip {0} lässt sich nicht öffnen: Diese Datei gibt es nicht, oder die Berechtigung zum Lesen fehlt. Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>The file is not a benchmark report that this version of Sightline reads.</source>
        <translation>Die Datei ist kein Messbericht, den diese Version von Sightline liest.</translation>
    </message>
    <message>
        <source>The file is not a benchmark report, or is damaged.</source>
        <translation>Die Datei ist kein Messbericht oder ist beschädigt.</translation>
    </message>
    <message>
        <source>&quot;{}&quot; is not a list of numbers from {} to {}. Write it as 1-4 or 1,2,8.</source>
        <translation>„{0}“ ist keine Liste von Zahlen von {1} bis {2}. Schreiben Sie 1-4 oder 1,2,8.</translation>
    </message>
    <message>
        <source>The alert &quot;{}&quot; names no words. Write some, such as: dog, red car.</source>
        <translation>Der Alarm „{0}“ nennt keine Wörter. Schreiben Sie welche, etwa: dog, red car.</translation>
    </message>
    <message>
        <source>The alert &quot;{}&quot; is too long. Make several alerts of it.</source>
        <translation>Der Alarm „{0}“ ist zu lang. Machen Sie mehrere Alarme daraus.</translation>
    </message>
    <message>
        <source>&quot;{}&quot; refers to one of its groups (\1), which alerts do not know. Write the expression without.</source>
        <translation>„{0}“ verweist auf eine seiner Gruppen (\1), was Alarme nicht kennen. Schreiben Sie den Ausdruck ohne.</translation>
    </message>
    <message>
        <source>&quot;{}&quot; is no regular expression: {}. Correct it, or choose words.</source>
        <translation>„{0}“ ist kein regulärer Ausdruck: {1}. Berichtigen Sie ihn, oder wählen Sie Wörter.</translation>
    </message>
    <message>
        <source>The stored alerts cannot be read. Enter them anew.</source>
        <translation>Die gespeicherten Alarme lassen sich nicht lesen. Geben Sie sie neu ein.</translation>
    </message>
    <message>
        <source>Cannot write {}: {}. Edits are not safe from a crash until they can be; free space or save the project elsewhere.</source>
        <translation>{0} lässt sich nicht schreiben: {1}. So lange sind Änderungen vor einem Absturz nicht sicher; schaffen Sie Platz, oder speichern Sie das Projekt woanders.</translation>
    </message>
    <message>
        <source>{} is open in another window or program. Close it there first.</source>
        <translation>{0} ist in einem anderen Fenster oder Programm geöffnet. Schließen Sie es dort zuerst.</translation>
    </message>
    <message>
        <source>This is not a Sightline project. Choose a *.sightline file.</source>
        <translation>Das ist kein Sightline-Projekt. Wählen Sie eine *.sightline-Datei.</translation>
    </message>
    <message>
        <source>This project was saved by a later version of Sightline. Install that version to open it.</source>
        <translation>Dieses Projekt wurde von einer neueren Version von Sightline gespeichert. Installieren Sie diese, um es zu öffnen.</translation>
    </message>
    <message>
        <source>This project is damaged or no Sightline project. Get an intact copy.</source>
        <translation>Dieses Projekt ist beschädigt oder kein Sightline-Projekt. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>A change of cues does not fit the cues.</source>
        <translation>Eine Änderung von Untertiteln passt nicht zu den Untertiteln.</translation>
    </message>
    <message>
        <source>A change of cues cannot be read.</source>
        <translation>Eine Änderung von Untertiteln lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Cannot open {}: there is no such file, or no permission to read it. Check the name.</source>
        <translation>{0} lässt sich nicht öffnen: Diese Datei gibt es nicht, oder die Berechtigung zum Lesen fehlt. Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>Edits of {} are kept in memory only: its folder cannot be written. Save the project elsewhere.</source>
        <translation>Änderungen an {0} bleiben nur im Arbeitsspeicher: In seinen Ordner lässt sich nicht schreiben. Speichern Sie das Projekt woanders.</translation>
    </message>
    <message>
        <source>Cannot read {}: the disk or the network failed. Try again.</source>
        <translation>{0} lässt sich nicht lesen: Der Datenträger oder das Netz ist ausgefallen. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Cannot start the feed on port {}: {}. Choose another port from 1024 to 65535.</source>
        <translation>Der Feed lässt sich auf Port {0} nicht starten: {1}. Wählen Sie einen anderen Port von 1024 bis 65535.</translation>
    </message>
    <message>
        <source>another program uses it</source>
        <translation>Ein anderes Programm benutzt ihn</translation>
    </message>
    <message>
        <source>you have no permission for it</source>
        <translation>Ihnen fehlt die Berechtigung dafür</translation>
    </message>
    <message>
        <source>the system refused</source>
        <translation>Das System hat abgelehnt</translation>
    </message>
    <message>
        <source>Cannot make a token for the feed: the system gives no random numbers.</source>
        <translation>Für den Feed lässt sich kein Token erzeugen: Das System liefert keine Zufallszahlen.</translation>
    </message>
    <message>
        <source>{} is damaged or cut short. Get an intact bundle.</source>
        <translation>{0} ist beschädigt oder unvollständig. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>{} is damaged or made to do harm: {}. Get an intact bundle.</source>
        <translation>{0} ist beschädigt oder so gemacht, dass es schadet: {1}. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>Cannot open the model {}: there is no such file, or no permission to read it. Check the name.</source>
        <translation>Das Modell {0} lässt sich nicht öffnen: Diese Datei gibt es nicht, oder die Berechtigung zum Lesen fehlt. Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>{} is not a Sightline bundle. Choose a bundle such as sightline-base.pt.</source>
        <translation>{0} ist kein Modellpaket von Sightline. Wählen Sie eines wie sightline-base.pt.</translation>
    </message>
    <message>
        <source>{} is a PyTorch file but not a Sightline bundle: it has no manifest or no vocabulary. Choose a bundle such as sightline-base.pt.</source>
        <translation>{0} ist eine PyTorch-Datei, aber kein Modellpaket von Sightline: Ihr fehlt das Manifest oder das Vokabular. Wählen Sie ein Modellpaket wie sightline-base.pt.</translation>
    </message>
    <message>
        <source>{} is damaged or made to do harm: its manifest is too long. Get an intact bundle.</source>
        <translation>{0} ist beschädigt oder so gemacht, dass es schadet: Das Manifest ist zu lang. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>{} cannot be used. {}</source>
        <translation>{0} lässt sich nicht benutzen. {1}</translation>
    </message>
    <message>
        <source>{} is damaged or made to do harm: its vocabulary is too long. Get an intact bundle.</source>
        <translation>{0} ist beschädigt oder so gemacht, dass es schadet: Das Vokabular ist zu lang. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>it has no encoder</source>
        <translation>Der Encoder fehlt</translation>
    </message>
    <message>
        <source>{} is damaged: its content does not match its manifest. Get an intact bundle.</source>
        <translation>{0} ist beschädigt: Der Inhalt passt nicht zum Manifest. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>An empty picture cannot be captioned.</source>
        <translation>Ein leeres Bild lässt sich nicht beschreiben.</translation>
    </message>
    <message>
        <source>The model {} does not run here: it is damaged, or made for another LibTorch or CPU. Get an intact bundle.</source>
        <translation>Das Modell {0} läuft hier nicht: Es ist beschädigt oder für ein anderes LibTorch oder eine andere CPU gemacht. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>The model {} needs about {} MB of memory, {} MB are free. Close other programs or choose a smaller model.</source>
        <translation>Das Modell {0} braucht etwa {1} MB Arbeitsspeicher, {2} MB sind frei. Schließen Sie andere Programme, oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>The model {} asks for more than {} MB of memory, far more than its size explains. Choose another model.</source>
        <translation>Das Modell {0} verlangt mehr als {1} MB Arbeitsspeicher, weit mehr, als seine Größe erklärt. Wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} made no caption within {} s of computing, far longer than its size explains. Choose another model.</source>
        <translation>Das Modell {0} machte in {1} s Rechenzeit keine Beschreibung, weit länger, als seine Größe erklärt. Wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} made the process crash in which it was tried first. Get an intact bundle, or choose another model.</source>
        <translation>Das Modell {0} ließ den Prozess abstürzen, in dem es zuerst erprobt wurde. Besorgen Sie ein unbeschädigtes Modellpaket, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The trial</source>
        <translation>Die Erprobung</translation>
    </message>
    <message>
        <source>The file is not a Sightline bundle: its manifest names another format.</source>
        <translation>Die Datei ist kein Modellpaket von Sightline: Das Manifest nennt ein anderes Format.</translation>
    </message>
    <message>
        <source>The bundle has format version {}, this program reads versions {} to {}. Use a bundle made for this program.</source>
        <translation>Das Modellpaket hat die Formatversion {0}, dieses Programm liest die Versionen {1} bis {2}. Verwenden Sie ein Modellpaket für dieses Programm.</translation>
    </message>
    <message>
        <source>The bundle&apos;s manifest is incomplete or damaged. Get an intact bundle.</source>
        <translation>Das Manifest des Modellpakets ist unvollständig oder beschädigt. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>The bundle&apos;s manifest names an unknown precision, or its texts are too long. Get an intact bundle.</source>
        <translation>Das Manifest des Modellpakets nennt eine unbekannte Genauigkeit, oder seine Texte sind zu lang. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>The bundle&apos;s manifest holds a number out of range. Get an intact bundle.</source>
        <translation>Das Manifest des Modellpakets enthält eine Zahl außerhalb des erlaubten Bereichs. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>Cannot open the speech model {}: there is no such file. Install the program again.</source>
        <translation>Das Modell {0} für die Suche nach Sprache lässt sich nicht öffnen: Diese Datei gibt es nicht. Installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>{} cannot be loaded, which this needs: {} is not there, or libraries of its own are not. Install the program again.</source>
        <translation>Hierfür wird {0} gebraucht, das sich nicht laden lässt: {1} fehlt, oder Bibliotheken, die es braucht, fehlen. Installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The bundle&apos;s vocabulary is damaged. Get an intact bundle.</source>
        <translation>Das Vokabular des Modellpakets ist beschädigt. Besorgen Sie ein unbeschädigtes Modellpaket.</translation>
    </message>
    <message>
        <source>its list of records is not where it says</source>
        <translation>Ihr Verzeichnis liegt nicht dort, wo es stehen soll</translation>
    </message>
    <message>
        <source>it has more records than any model</source>
        <translation>Sie hat mehr Einträge als irgendein Modell</translation>
    </message>
    <message>
        <source>its list of records is damaged</source>
        <translation>Ihr Verzeichnis ist beschädigt</translation>
    </message>
    <message>
        <source>a record has a name that no model has</source>
        <translation>Ein Eintrag hat einen Namen, den kein Modell hat</translation>
    </message>
    <message>
        <source>two of its records have the same name</source>
        <translation>Zwei ihrer Einträge heißen gleich</translation>
    </message>
    <message>
        <source>a record is packed in a way that no model is</source>
        <translation>Ein Eintrag ist gepackt wie in keinem Modell</translation>
    </message>
    <message>
        <source>a record claims to be larger than the file</source>
        <translation>Ein Eintrag gibt sich größer als die Datei</translation>
    </message>
    <message>
        <source>it would unpack to many times its size</source>
        <translation>Sie würde entpackt um ein Vielfaches größer</translation>
    </message>
    <message>
        <source>its records lie in each other&apos;s place</source>
        <translation>Ihre Einträge überschneiden sich</translation>
    </message>
    <message>
        <source>a record is not where its list says</source>
        <translation>Ein Eintrag liegt nicht dort, wo das Verzeichnis sagt</translation>
    </message>
    <message>
        <source>a record cannot be unpacked</source>
        <translation>Ein Eintrag lässt sich nicht entpacken</translation>
    </message>
    <message>
        <source>The pixel format is not supported. Convert the video to 8-bit 4:2:0.</source>
        <translation>Das Pixelformat wird nicht unterstützt. Wandeln Sie das Video in 4:2:0 mit 8 Bit um.</translation>
    </message>
    <message>
        <source>The colours of this HDR or wide-gamut video cannot be converted.</source>
        <translation>Die Farben dieses Videos mit HDR oder großem Farbraum lassen sich nicht umrechnen.</translation>
    </message>
    <message>
        <source>Reading was cancelled.</source>
        <translation>Das Lesen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Opening was cancelled.</source>
        <translation>Das Öffnen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>End of the video.</source>
        <translation>Ende des Videos.</translation>
    </message>
    <message>
        <source>Cannot open {}: there is no such file. Check the name.</source>
        <translation>{0} lässt sich nicht öffnen: Diese Datei gibt es nicht. Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>Cannot open {}: it is a folder. Name a file.</source>
        <translation>{0} lässt sich nicht öffnen: Es ist ein Ordner. Nennen Sie eine Datei.</translation>
    </message>
    <message>
        <source>Cannot open {}: no permission to read it. Change its permissions.</source>
        <translation>{0} lässt sich nicht öffnen: keine Berechtigung zum Lesen. Ändern Sie die Zugriffsrechte.</translation>
    </message>
    <message>
        <source>Cannot open {}: the file is empty, so it is not a video or picture. Get an intact copy.</source>
        <translation>{0} lässt sich nicht öffnen: Die Datei ist leer, also kein Video oder Bild. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot open {}: it is not a video or picture, or it is damaged or cut short. Get an intact copy.</source>
        <translation>{0} lässt sich nicht öffnen: Es ist kein Video oder Bild oder ist beschädigt oder unvollständig. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot open {}: it is not a video, or it is damaged or cut short. Get an intact copy.</source>
        <translation>{0} lässt sich nicht öffnen: Es ist kein Video oder ist beschädigt oder unvollständig. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot open {}: its streams are damaged. Get an intact copy.</source>
        <translation>{0} lässt sich nicht öffnen: Die Datenströme darin sind beschädigt. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot open the video: no memory. Close other programs.</source>
        <translation>Das Video lässt sich nicht öffnen: zu wenig Arbeitsspeicher. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>{} has no video stream. Choose a file with pictures.</source>
        <translation>{0} enthält kein Video. Wählen Sie eine Datei mit Bildern.</translation>
    </message>
    <message>
        <source>{} has no audio stream. Choose a file with sound.</source>
        <translation>{0} enthält keinen Ton. Wählen Sie eine Datei mit Ton.</translation>
    </message>
    <message>
        <source>Cannot read {}: check that it is a file you may read.</source>
        <translation>{0} lässt sich nicht lesen: Prüfen Sie, ob es eine Datei ist, die Sie lesen dürfen.</translation>
    </message>
    <message>
        <source>Cannot read {}: it is damaged. Get an intact copy.</source>
        <translation>{0} lässt sich nicht lesen: Die Datei ist beschädigt. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot read {}: it is damaged or cut short. Get an intact copy.</source>
        <translation>{0} lässt sich nicht lesen: Die Datei ist beschädigt oder unvollständig. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot read {}: it is encrypted (DRM). Get a copy without encryption.</source>
        <translation>{0} lässt sich nicht lesen: Das Video ist verschlüsselt (DRM). Besorgen Sie eine Kopie ohne Verschlüsselung.</translation>
    </message>
    <message>
        <source>Cannot read {} from {} s on: it is encrypted (DRM). Get a copy without encryption.</source>
        <translation>{0} lässt sich ab {1} s nicht lesen: Das Video ist verschlüsselt (DRM). Besorgen Sie eine Kopie ohne Verschlüsselung.</translation>
    </message>
    <message>
        <source>Cannot read {}: no frame of it can be decoded. Get an intact copy.</source>
        <translation>{0} lässt sich nicht lesen: Kein Bild darin lässt sich dekodieren. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot read {}: it is not a picture, or it is damaged or cut short. Get an intact copy.</source>
        <translation>{0} lässt sich nicht lesen: Es ist kein Bild oder ist beschädigt oder unvollständig. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot read {}: a picture of this kind is not supported here, or it is damaged. Convert it to JPEG.</source>
        <translation>{0} lässt sich nicht lesen: Bilder dieser Art werden hier nicht unterstützt, oder es ist beschädigt. Wandeln Sie es in JPEG um.</translation>
    </message>
    <message>
        <source>Cannot read {}: a HEIC or AVIF picture of this kind is not supported here. Convert it to JPEG.</source>
        <translation>{0} lässt sich nicht lesen: HEIC- oder AVIF-Bilder dieser Art werden hier nicht unterstützt. Wandeln Sie es in JPEG um.</translation>
    </message>
    <message>
        <source>{} breaks off at {} s: it is damaged or cut short. What could be read was used; get an intact copy for the rest.</source>
        <translation>{0} bricht bei {1} s ab: Das Video ist beschädigt oder unvollständig. Was lesbar war, wurde verwendet; besorgen Sie für den Rest eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>Cannot show {}. {}</source>
        <translation>{0} lässt sich nicht zeigen. {1}</translation>
    </message>
    <message>
        <source>Cannot seek in the audio of {}: the file cannot be read there. It plays silently.</source>
        <translation>Im Ton von {0} lässt sich nicht springen: Die Datei ist dort nicht lesbar. Sie wird ohne Ton abgespielt.</translation>
    </message>
    <message>
        <source>Cannot play audio at this speed: this FFmpeg has no filter for it. Play at normal speed.</source>
        <translation>Ton lässt sich in diesem Tempo nicht abspielen: Diesem FFmpeg fehlt der Filter dafür. Spielen Sie in normalem Tempo ab.</translation>
    </message>
    <message>
        <source>Audio is not played at {} times its speed. Choose {} to {}.</source>
        <translation>Ton wird nicht im {0}-fachen Tempo abgespielt. Wählen Sie {1} bis {2}.</translation>
    </message>
    <message>
        <source>Cannot decode the video in {}: its codec ({}) is unknown here. Convert it to H.264.</source>
        <translation>Das Video in {0} lässt sich nicht dekodieren: Der Codec ({1}) ist hier unbekannt. Wandeln Sie es in H.264 um.</translation>
    </message>
    <message>
        <source>Cannot decode the video in {}: its headers are damaged or ask for a picture too large. Get an intact copy.</source>
        <translation>Das Video in {0} lässt sich nicht dekodieren: Die Kopfdaten sind beschädigt oder verlangen ein zu großes Bild. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>{} cannot be read any more: it was changed. Open it again.</source>
        <translation>{0} lässt sich nicht mehr lesen: Die Datei wurde geändert. Öffnen Sie sie erneut.</translation>
    </message>
    <message>
        <source>Cannot decode {}: its codec is unknown here. Convert it to H.264 and AAC first.</source>
        <translation>{0} lässt sich nicht dekodieren: Der Codec ist hier unbekannt. Wandeln Sie das Video zuerst in H.264 und AAC um.</translation>
    </message>
    <message>
        <source>Cannot decode {}: its headers are damaged. Get an intact copy.</source>
        <translation>{0} lässt sich nicht dekodieren: Die Kopfdaten sind beschädigt. Besorgen Sie eine unbeschädigte Kopie.</translation>
    </message>
    <message>
        <source>stream {} ({}, {})</source>
        <translation>Datenstrom {0} ({1}, {2})</translation>
    </message>
    <message>
        <source>Cannot open {}: {}</source>
        <translation>{0} lässt sich nicht öffnen: {1}</translation>
    </message>
    <message>
        <source>Cannot open {}: another program is using it. Close that program or choose another camera.</source>
        <translation>{0} lässt sich nicht öffnen: Ein anderes Programm benutzt sie. Schließen Sie dieses Programm, oder wählen Sie eine andere Kamera.</translation>
    </message>
    <message>
        <source>Cannot open {}: no permission. Add your user to the group &apos;video&apos; and log in again.</source>
        <translation>{0} lässt sich nicht öffnen: keine Berechtigung. Nehmen Sie Ihren Benutzer in die Gruppe „video“ auf, und melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>Cannot open {}: it is not plugged in. Plug it in, or choose another camera.</source>
        <translation>{0} lässt sich nicht öffnen: Sie ist nicht angeschlossen. Schließen Sie sie an, oder wählen Sie eine andere Kamera.</translation>
    </message>
    <message>
        <source>Cannot open {}: its driver gives no pictures. Plug it in again, at another USB port if more cameras share this one.</source>
        <translation>{0} lässt sich nicht öffnen: Der Treiber liefert keine Bilder. Schließen Sie sie neu an, an einem anderen USB-Anschluss, wenn sich mehrere Kameras diesen teilen.</translation>
    </message>
    <message>
        <source>Cannot open camera {}: another program is using it. Close that program or choose another camera.</source>
        <translation>Kamera {0} lässt sich nicht öffnen: Ein anderes Programm benutzt sie. Schließen Sie dieses Programm, oder wählen Sie eine andere Kamera.</translation>
    </message>
    <message>
        <source>Cannot open camera {}: no permission. Add your user to the group &apos;video&apos; and log in again.</source>
        <translation>Kamera {0} lässt sich nicht öffnen: keine Berechtigung. Nehmen Sie Ihren Benutzer in die Gruppe „video“ auf, und melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>Cannot open camera {}: it is not plugged in. Plug it in, or choose another camera.</source>
        <translation>Kamera {0} lässt sich nicht öffnen: Sie ist nicht angeschlossen. Schließen Sie sie an, oder wählen Sie eine andere Kamera.</translation>
    </message>
    <message>
        <source>Cannot open camera {}: its driver gives no pictures. Plug it in again, at another USB port if more cameras share this one.</source>
        <translation>Kamera {0} lässt sich nicht öffnen: Der Treiber liefert keine Bilder. Schließen Sie sie neu an, an einem anderen USB-Anschluss, wenn sich mehrere Kameras diesen teilen.</translation>
    </message>
    <message>
        <source>Cannot open camera {}: its driver hangs. Plug it in again.</source>
        <translation>Kamera {0} lässt sich nicht öffnen: Der Treiber hängt. Schließen Sie sie neu an.</translation>
    </message>
    <message>
        <source>Cannot open camera {}: no camera has that name. Plug it in, or choose another.</source>
        <translation>Kamera {0} lässt sich nicht öffnen: Keine heißt so. Schließen Sie sie an, oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>camera {} sends no pictures any more: it may be unplugged, or its driver hangs. Plug it in again.</source>
        <translation>Kamera {0} sendet keine Bilder mehr: Vielleicht ist sie nicht mehr angeschlossen, oder ihr Treiber hängt. Schließen Sie sie neu an.</translation>
    </message>
    <message>
        <source>camera {} is gone: it was unplugged or its driver failed. Plug it in again.</source>
        <translation>Kamera {0} ist fort: Sie wurde abgezogen, oder ihr Treiber ist ausgefallen. Schließen Sie sie neu an.</translation>
    </message>
    <message>
        <source>Cannot open {}: its driver hangs. Plug it in again.</source>
        <translation>{0} lässt sich nicht öffnen: Der Treiber hängt. Schließen Sie die Kamera neu an.</translation>
    </message>
    <message>
        <source>Cannot open {}: no camera has that name. Plug it in, or choose another.</source>
        <translation>{0} lässt sich nicht öffnen: Keine Kamera heißt so. Schließen Sie sie an, oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Cannot open {}: {} is no camera. Choose another.</source>
        <translation>{0} lässt sich nicht öffnen: {1} ist keine Kamera. Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Cannot open {}: {} gives no pictures; a camera&apos;s second node is for its metadata. Choose the other one.</source>
        <translation>{0} lässt sich nicht öffnen: {1} liefert keine Bilder; der zweite Geräteknoten einer Kamera ist für ihre Metadaten. Wählen Sie den anderen.</translation>
    </message>
    <message>
        <source>Cannot open {}: it only sends {}, which is not supported here. Choose another camera.</source>
        <translation>{0} lässt sich nicht öffnen: Sie sendet nur {1}, was hier nicht unterstützt wird. Wählen Sie eine andere Kamera.</translation>
    </message>
    <message>
        <source>{} sends no pictures any more: it may be unplugged, or its driver hangs. Plug it in again.</source>
        <translation>{0} sendet keine Bilder mehr: Vielleicht ist sie nicht mehr angeschlossen, oder ihr Treiber hängt. Schließen Sie sie neu an.</translation>
    </message>
    <message>
        <source>{} is gone: it was unplugged or its driver failed. Plug it in again.</source>
        <translation>{0} ist fort: Sie wurde abgezogen, oder ihr Treiber ist ausgefallen. Schließen Sie sie neu an.</translation>
    </message>
    <message>
        <source>A live source cannot be sought.</source>
        <translation>In einer Live-Quelle lässt sich nicht springen.</translation>
    </message>
    <message>
        <source>{} cannot be watched: it was closed or minimized, or there is no X display. Bring it up, or choose another; on Wayland only windows of X programs can be watched.</source>
        <translation>{0} lässt sich nicht ansehen: Es wurde geschlossen oder minimiert, oder es gibt kein X-Display. Holen Sie es hervor, oder wählen Sie ein anderes; unter Wayland lassen sich nur Fenster von X-Programmen ansehen.</translation>
    </message>
    <message>
        <source>Window {} cannot be watched: it was closed or minimized, or there is no X display. Bring it up, or choose another; on Wayland only windows of X programs can be watched.</source>
        <translation>Das Fenster {0} lässt sich nicht ansehen: Es wurde geschlossen oder minimiert, oder es gibt kein X-Display. Holen Sie es hervor, oder wählen Sie ein anderes; unter Wayland lassen sich nur Fenster von X-Programmen ansehen.</translation>
    </message>
    <message>
        <source>Window {} shows nothing now: it was closed or minimized.</source>
        <translation>Das Fenster {0} zeigt nichts mehr: Es wurde geschlossen oder minimiert.</translation>
    </message>
    <message>
        <source>Cannot watch the screen: there is no X display, or the area is not on it. Check DISPLAY and the area; Wayland&apos;s screens cannot be watched.</source>
        <translation>Der Bildschirm lässt sich nicht ansehen: Es gibt kein X-Display, oder der Bereich liegt nicht darauf. Prüfen Sie DISPLAY und den Bereich; Bildschirme von Wayland lassen sich nicht ansehen.</translation>
    </message>
    <message>
        <source>Cannot watch screen {}: there is no X display, or the area is not on it. Check DISPLAY and the area; Wayland&apos;s screens cannot be watched.</source>
        <translation>Bildschirm {0} lässt sich nicht ansehen: Es gibt kein X-Display, oder der Bereich liegt nicht darauf. Prüfen Sie DISPLAY und den Bereich; Bildschirme von Wayland lassen sich nicht ansehen.</translation>
    </message>
    <message>
        <source>Cannot watch {}: there is no X display, or the area is not on it. Check DISPLAY and the area; Wayland&apos;s screens cannot be watched.</source>
        <translation>{0} lässt sich nicht ansehen: Es gibt kein X-Display, oder der Bereich liegt nicht darauf. Prüfen Sie DISPLAY und den Bereich; Bildschirme von Wayland lassen sich nicht ansehen.</translation>
    </message>
    <message>
        <source>Cannot open {}: nothing listens there. Check address and port, and that the camera or server runs.</source>
        <translation>{0} lässt sich nicht öffnen: Dort antwortet nichts. Prüfen Sie Adresse und Port und ob die Kamera oder der Server läuft.</translation>
    </message>
    <message>
        <source>Cannot open {}: no answer within {} s. Check the address and the network.</source>
        <translation>{0} lässt sich nicht öffnen: keine Antwort innerhalb von {1} s. Prüfen Sie die Adresse und das Netz.</translation>
    </message>
    <message>
        <source>Cannot open {}: the network does not lead there. Check the address and the network.</source>
        <translation>{0} lässt sich nicht öffnen: Das Netz führt nicht dorthin. Prüfen Sie die Adresse und das Netz.</translation>
    </message>
    <message>
        <source>Cannot open {}: it asks for a user name and password, or refuses them. Write them as rtsp://name:password@host/.</source>
        <translation>{0} lässt sich nicht öffnen: Dort werden Benutzername und Passwort verlangt oder abgelehnt. Schreiben Sie sie als rtsp://name:passwort@rechner/.</translation>
    </message>
    <message>
        <source>Cannot open {}: the server knows no such address. Check the part after the host&apos;s name.</source>
        <translation>{0} lässt sich nicht öffnen: Der Server kennt diese Adresse nicht. Prüfen Sie den Teil nach dem Namen des Rechners.</translation>
    </message>
    <message>
        <source>Cannot open {}: the protocol is not known here. Use rtsp: or http:.</source>
        <translation>{0} lässt sich nicht öffnen: Das Protokoll ist hier unbekannt. Verwenden Sie rtsp: oder http:.</translation>
    </message>
    <message>
        <source>Cannot open {}: what comes from there is no video. Check that the address is that of the stream and not of a web page.</source>
        <translation>{0} lässt sich nicht öffnen: Was von dort kommt, ist kein Video. Prüfen Sie, ob die Adresse die des Streams ist und nicht die einer Webseite.</translation>
    </message>
    <message>
        <source>Cannot open {}: the host&apos;s name is not known, or the connection broke. Check the address and the network.</source>
        <translation>{0} lässt sich nicht öffnen: Der Name des Rechners ist unbekannt, oder die Verbindung brach ab. Prüfen Sie die Adresse und das Netz.</translation>
    </message>
    <message>
        <source>End of the stream.</source>
        <translation>Ende des Streams.</translation>
    </message>
    <message>
        <source>{} shows nothing now: it was closed or minimized.</source>
        <translation>{0} zeigt nichts mehr: Es wurde geschlossen oder minimiert.</translation>
    </message>
    <message>
        <source>{} can be watched no more: the display was closed.</source>
        <translation>{0} lässt sich nicht mehr ansehen: Das Display wurde geschlossen.</translation>
    </message>
    <message>
        <source>{} sends no pictures any more. Check the camera or server and the network.</source>
        <translation>{0} sendet keine Bilder mehr. Prüfen Sie die Kamera oder den Server und das Netz.</translation>
    </message>
    <message>
        <source>The connection to {} broke. Check the camera or server and the network.</source>
        <translation>Die Verbindung zu {0} brach ab. Prüfen Sie die Kamera oder den Server und das Netz.</translation>
    </message>
    <message>
        <source>Cannot watch the screen: this FFmpeg has no x11grab. Install the distribution&apos;s own FFmpeg.</source>
        <translation>Der Bildschirm lässt sich nicht ansehen: Diesem FFmpeg fehlt x11grab. Installieren Sie das FFmpeg der Distribution.</translation>
    </message>
    <message>
        <source>Cannot open {}: it has no video. Check the address.</source>
        <translation>{0} lässt sich nicht öffnen: Dort gibt es kein Video. Prüfen Sie die Adresse.</translation>
    </message>
    <message>
        <source>Cannot open {}: its video codec is unknown here. Let the camera send H.264 or MJPEG.</source>
        <translation>{0} lässt sich nicht öffnen: Der Video-Codec ist hier unbekannt. Lassen Sie die Kamera H.264 oder MJPEG senden.</translation>
    </message>
    <message>
        <source>Cannot open {}: no whole picture of it came, or it cannot be decoded. Check that the camera sends video, with a keyframe every few seconds.</source>
        <translation>{0} lässt sich nicht öffnen: Es kam kein ganzes Bild, oder es lässt sich nicht dekodieren. Prüfen Sie, ob die Kamera Video sendet, mit einem Schlüsselbild alle paar Sekunden.</translation>
    </message>
    <message>
        <source>Cannot open the source: its kind is not known.</source>
        <translation>Die Quelle lässt sich nicht öffnen: Ihre Art ist unbekannt.</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>Sie ist leer</translation>
    </message>
    <message>
        <source>Cannot open {}: GStreamer cannot make this pipeline: {}. Try it with gst-launch-1.0.</source>
        <translation>{0} lässt sich nicht öffnen: GStreamer kann diese Pipeline nicht aufbauen: {1}. Versuchen Sie es mit gst-launch-1.0.</translation>
    </message>
    <message>
        <source>Cannot open {}: its appsink is called {}. Leave its name away.</source>
        <translation>{0} lässt sich nicht öffnen: Die appsink heißt {1}. Lassen Sie ihren Namen weg.</translation>
    </message>
    <message>
        <source>Cannot open {}: the pipeline does not run{} Check what it reads from.</source>
        <translation>{0} lässt sich nicht öffnen: Die Pipeline läuft nicht{1} Prüfen Sie, woraus sie liest.</translation>
    </message>
    <message>
        <source>{} failed: {} Check what it reads from.</source>
        <translation>{0} ist gescheitert: {1} Prüfen Sie, woraus die Pipeline liest.</translation>
    </message>
    <message>
        <source>End of the pipeline.</source>
        <translation>Ende der Pipeline.</translation>
    </message>
    <message>
        <source>Cannot open {}: this OpenCV was built without GStreamer. Install the distribution&apos;s own OpenCV.</source>
        <translation>{0} lässt sich nicht öffnen: Dieses OpenCV wurde ohne GStreamer gebaut. Installieren Sie das OpenCV der Distribution.</translation>
    </message>
    <message>
        <source>{} gives no pictures any more. Check what it reads from.</source>
        <translation>{0} liefert keine Bilder mehr. Prüfen Sie, woraus die Pipeline liest.</translation>
    </message>
    <message>
        <source>Cannot open {}: no picture came within {} s. Check what it reads from.</source>
        <translation>{0} lässt sich nicht öffnen: Innerhalb von {1} s kam kein Bild. Prüfen Sie, woraus die Pipeline liest.</translation>
    </message>
    <message>
        <source>Cannot watch the screen: &quot;{}&quot; names no area of it. Write screen:, screen:/640x480+100+50 or screen:/window=0x1a00003.</source>
        <translation>Der Bildschirm lässt sich nicht ansehen: „{0}“ nennt keinen Bereich davon. Schreiben Sie screen:, screen:/640x480+100+50 oder screen:/window=0x1a00003.</translation>
    </message>
    <message>
        <source>Cannot watch the screen: the area is empty. Give it a width and a height.</source>
        <translation>Der Bildschirm lässt sich nicht ansehen: Der Bereich ist leer. Geben Sie ihm eine Breite und eine Höhe.</translation>
    </message>
    <message>
        <source>Cannot watch the window: that is no window&apos;s number. xwininfo tells it.</source>
        <translation>Das Fenster lässt sich nicht ansehen: Das ist keine Fensternummer. xwininfo nennt sie.</translation>
    </message>
    <message>
        <source>No source is named. Name a camera, an address, the screen or a file.</source>
        <translation>Es ist keine Quelle genannt. Nennen Sie eine Kamera, eine Adresse, den Bildschirm oder eine Datei.</translation>
    </message>
    <message>
        <source>Cannot watch the pipeline: it is empty. Write it as for gst-launch-1.0, such as gst:videotestsrc is-live=true.</source>
        <translation>Die Pipeline lässt sich nicht ansehen: Sie ist leer. Schreiben Sie sie wie für gst-launch-1.0, etwa gst:videotestsrc is-live=true.</translation>
    </message>
    <message>
        <source>No file is named. Write its path after file:.</source>
        <translation>Es ist keine Datei genannt. Schreiben Sie ihren Pfad hinter file:.</translation>
    </message>
    <message>
        <source>Cannot encode the audio as AAC. Convert the video&apos;s audio to AAC first.</source>
        <translation>Der Ton lässt sich nicht als AAC kodieren. Wandeln Sie den Ton des Videos zuerst in AAC um.</translation>
    </message>
    <message>
        <source>Cannot decode {} of {}, its only sound: its codec is unknown here. Convert it to AAC first.</source>
        <translation>{0} von {1}, der einzige Ton, lässt sich nicht dekodieren: Der Codec ist hier unbekannt. Wandeln Sie ihn zuerst in AAC um.</translation>
    </message>
    <message>
        <source>Cannot draw captions: no memory. Close other programs.</source>
        <translation>Untertitel lassen sich nicht zeichnen: zu wenig Arbeitsspeicher. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Cannot write {}: videos whose picture is changed are .mp4 or .mkv files. Choose a name that ends in .mp4.</source>
        <translation>{0} lässt sich nicht schreiben: Videos mit geändertem Bild sind .mp4- oder .mkv-Dateien. Wählen Sie einen Namen, der auf .mp4 endet.</translation>
    </message>
    <message>
        <source>Cannot draw captions: this FFmpeg was built without libass. Install one with libass.</source>
        <translation>Untertitel lassen sich nicht zeichnen: Dieses FFmpeg wurde ohne libass gebaut. Installieren Sie eines mit libass.</translation>
    </message>
    <message>
        <source>Cannot draw captions: the subtitles are not in ASS format, or the picture is of an unknown kind. Export the captions as ASS again.</source>
        <translation>Untertitel lassen sich nicht zeichnen: Sie sind nicht im ASS-Format, oder das Bild ist von unbekannter Art. Exportieren Sie die Untertitel noch einmal als ASS.</translation>
    </message>
    <message>
        <source>Cannot draw captions: no font is installed. Install the package {}.</source>
        <translation>Untertitel lassen sich nicht zeichnen: Es ist keine Schriftart installiert. Installieren Sie das Paket {0}.</translation>
    </message>
    <message>
        <source>Cannot draw captions: no font with the letter U+{} is installed. Install the package {}.</source>
        <translation>Untertitel lassen sich nicht zeichnen: Es ist keine Schriftart mit dem Zeichen U+{0} installiert. Installieren Sie das Paket {1}.</translation>
    </message>
    <message>
        <source>Cannot draw captions: no temporary file can be written in {}. Free space there, or set TMPDIR to another folder.</source>
        <translation>Untertitel lassen sich nicht zeichnen: In {0} lässt sich keine temporäre Datei schreiben. Schaffen Sie dort Platz, oder setzen Sie TMPDIR auf einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Cannot draw captions. Report the video that shows this.</source>
        <translation>Untertitel lassen sich nicht zeichnen. Melden Sie das Video, bei dem das geschieht.</translation>
    </message>
    <message>
        <source>Cannot hear the sound as {}: this FFmpeg does not decode it. Install the distribution&apos;s own FFmpeg.</source>
        <translation>Der Ton lässt sich nicht als {0} anhören: Dieses FFmpeg dekodiert das nicht. Installieren Sie das FFmpeg der Distribution.</translation>
    </message>
    <message>
        <source>Cannot write the video: no memory. Close other programs.</source>
        <translation>Das Video lässt sich nicht schreiben: zu wenig Arbeitsspeicher. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Cannot write {}: files of kind &quot;{}&quot; hold no text subtitles. Choose a name that ends in .mkv.</source>
        <translation>{0} lässt sich nicht schreiben: Dateien der Art „{1}“ nehmen keine Textuntertitel auf. Wählen Sie einen Namen, der auf .mkv endet.</translation>
    </message>
    <message>
        <source>Cannot write a {} file with these streams. Choose .mkv.</source>
        <translation>Eine {0}-Datei mit diesen Datenströmen lässt sich nicht schreiben. Wählen Sie .mkv.</translation>
    </message>
    <message>
        <source>Cannot write this video as {}: its streams do not fit. Choose .mkv, or repair the video first.</source>
        <translation>Dieses Video lässt sich nicht als {0} schreiben: Seine Datenströme passen nicht hinein. Wählen Sie .mkv, oder reparieren Sie zuerst das Video.</translation>
    </message>
    <message>
        <source>Writing was cancelled.</source>
        <translation>Das Schreiben wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Cannot copy {}: no kind of file that takes captions keeps {} together with the rest. Convert the video first, or have the captions drawn into its picture.</source>
        <translation>{0} lässt sich nicht kopieren: Keine Dateiart mit Untertiteln nimmt {1} zusammen mit dem Rest auf. Wandeln Sie das Video zuerst um, oder lassen Sie die Untertitel ins Bild zeichnen.</translation>
    </message>
    <message>
        <source>Cannot copy {}: no kind of file that takes captions keeps the rotation of {} together with the rest. Convert the video first, or have the captions drawn into its picture.</source>
        <translation>{0} lässt sich nicht kopieren: Keine Dateiart mit Untertiteln behält die Drehung von {1} zusammen mit dem Rest. Wandeln Sie das Video zuerst um, oder lassen Sie die Untertitel ins Bild zeichnen.</translation>
    </message>
    <message>
        <source>Cannot keep {} of {} in a {} file. Choose a name that ends in {}.</source>
        <translation>{0} von {1} lässt sich in einer {2}-Datei nicht behalten. Wählen Sie einen Namen, der auf {3} endet.</translation>
    </message>
    <message>
        <source>Cannot keep the rotation of {} of {} in a {} file. Choose a name that ends in {}.</source>
        <translation>Die Drehung von {0} von {1} lässt sich in einer {2}-Datei nicht behalten. Wählen Sie einen Namen, der auf {3} endet.</translation>
    </message>
    <message>
        <source>Cannot keep {} of {} in a {} file. Choose another kind of file, or allow such streams to be left out.</source>
        <translation>{0} von {1} lässt sich in einer {2}-Datei nicht behalten. Wählen Sie eine andere Dateiart, oder erlauben Sie, solche Datenströme auszulassen.</translation>
    </message>
    <message>
        <source>Cannot encode with preset &quot;{}&quot;: there is none of that name. Choose one of &quot;{}&quot;.</source>
        <translation>Mit der Voreinstellung „{0}“ lässt sich nicht kodieren: Keine heißt so. Wählen Sie eine von „{1}“.</translation>
    </message>
    <message>
        <source>Cannot encode the video: this FFmpeg was built without x264. Install one with libx264.</source>
        <translation>Das Video lässt sich nicht kodieren: Dieses FFmpeg wurde ohne x264 gebaut. Installieren Sie eines mit libx264.</translation>
    </message>
    <message>
        <source>Cannot encode {}x{} pictures as H.264. Choose a smaller video.</source>
        <translation>Bilder mit {0}x{1} lassen sich nicht als H.264 kodieren. Wählen Sie ein kleineres Video.</translation>
    </message>
    <message>
        <source>Cannot encode the video. Choose another preset.</source>
        <translation>Das Video lässt sich nicht kodieren. Wählen Sie eine andere Voreinstellung.</translation>
    </message>
    <message>
        <source>Cannot write {}: it exists. Choose another name, or allow it to be replaced.</source>
        <translation>{0} lässt sich nicht schreiben: Die Datei gibt es schon. Wählen Sie einen anderen Namen, oder erlauben Sie, sie zu ersetzen.</translation>
    </message>
    <message>
        <source>Cannot write {}: it is the video that is read. Choose another name.</source>
        <translation>{0} lässt sich nicht schreiben: Es ist das Video, das gelesen wird. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Cannot write {}: it is a folder or a device. Choose another name.</source>
        <translation>{0} lässt sich nicht schreiben: Es ist ein Ordner oder ein Gerät. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Cannot write {}: a snapshot is a PNG or JPEG file. Choose a name that ends in .png or .jpg.</source>
        <translation>{0} lässt sich nicht schreiben: Ein Schnappschuss ist eine PNG- oder JPEG-Datei. Wählen Sie einen Namen, der auf .png oder .jpg endet.</translation>
    </message>
    <message>
        <source>Cannot write {}: the picture cannot be encoded.</source>
        <translation>{0} lässt sich nicht schreiben: Das Bild lässt sich nicht kodieren.</translation>
    </message>
    <message>
        <source>Cannot encode the sound as {}. Choose another kind of file.</source>
        <translation>Der Ton lässt sich nicht als {0} kodieren. Wählen Sie eine andere Dateiart.</translation>
    </message>
    <message>
        <source>Cannot code the sound: there is no memory left. Close other programs.</source>
        <translation>Der Ton lässt sich nicht kodieren: zu wenig Arbeitsspeicher. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Cannot write {}: sound is written as .wav, .flac or .opus.</source>
        <translation>{0} lässt sich nicht schreiben: Ton wird als .wav, .flac oder .opus geschrieben.</translation>
    </message>
    <message>
        <source>Cannot write the subtitles: no memory. Close other programs.</source>
        <translation>Die Untertitel lassen sich nicht schreiben: zu wenig Arbeitsspeicher. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Cannot record: this FFmpeg was built without x264. Install one with libx264.</source>
        <translation>Aufnehmen nicht möglich: Dieses FFmpeg wurde ohne x264 gebaut. Installieren Sie eines mit libx264.</translation>
    </message>
    <message>
        <source>Cannot record: pictures of {}x{} cannot be encoded. Choose another size.</source>
        <translation>Aufnehmen nicht möglich: Bilder mit {0}x{1} lassen sich nicht kodieren. Wählen Sie eine andere Größe.</translation>
    </message>
    <message>
        <source>Cannot record: there is no memory for a picture. Close other programs.</source>
        <translation>Aufnehmen nicht möglich: zu wenig Arbeitsspeicher für ein Bild. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Cannot record: there is no memory for a caption. Close other programs.</source>
        <translation>Aufnehmen nicht möglich: zu wenig Arbeitsspeicher für eine Beschreibung. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Cannot record to {}: only Matroska files survive a crash. Choose a name that ends in .mkv.</source>
        <translation>Nach {0} lässt sich nicht aufnehmen: Nur Matroska-Dateien überstehen einen Absturz. Wählen Sie einen Namen, der auf .mkv endet.</translation>
    </message>
    <message>
        <source>Cannot record to {}: it exists. Choose another name.</source>
        <translation>Nach {0} lässt sich nicht aufnehmen: Die Datei gibt es schon. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Cannot read {}: it is not a recording, or its beginning is damaged.</source>
        <translation>{0} lässt sich nicht lesen: Es ist keine Aufnahme, oder ihr Anfang ist beschädigt.</translation>
    </message>
    <message>
        <source>Cannot read {}: no picture is in it.</source>
        <translation>{0} lässt sich nicht lesen: Es ist kein Bild darin.</translation>
    </message>
    <message>
        <source>A picture could not be encoded. Start the recording again.</source>
        <translation>Ein Bild ließ sich nicht kodieren. Starten Sie die Aufnahme erneut.</translation>
    </message>
    <message>
        <source>The voice does not speak: {} Try the command of --voice by hand.</source>
        <translation>Die Stimme spricht nicht: {0} Probieren Sie den Befehl der Stimme von Hand.</translation>
    </message>
    <message>
        <source>The voice does not speak: {} wrote no sound to {{output}}. Try the command of --voice by hand.</source>
        <translation>Die Stimme spricht nicht: {0} schrieb keinen Ton nach {{output}}. Probieren Sie den Befehl der Stimme von Hand.</translation>
    </message>
    <message>
        <source>The voice does not speak: {} wrote only a part of the sound to {{output}}. Check that {} has room, and try the command of --voice by hand.</source>
        <translation>Die Stimme spricht nicht: {0} schrieb nur einen Teil des Tons nach {{output}}. Prüfen Sie, ob in {1} Platz ist, und probieren Sie den Befehl der Stimme von Hand.</translation>
    </message>
    <message>
        <source>The voice does not speak: what {} wrote to {{output}} is no sound. Try the command of --voice by hand.</source>
        <translation>Die Stimme spricht nicht: Was {0} nach {{output}} schrieb, ist kein Ton. Probieren Sie den Befehl der Stimme von Hand.</translation>
    </message>
    <message>
        <source>The command of a voice must name a program, and say with {{output}} where it writes the sound: command:piper --model en.onnx --output_file {{output}}</source>
        <translation>Der Befehl einer Stimme muss ein Programm nennen und mit {{output}} sagen, wohin es den Ton schreibt: command:piper --model en.onnx --output_file {{output}}</translation>
    </message>
    <message>
        <source>Speaking was cancelled.</source>
        <translation>Das Sprechen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The voice espeak:{} cannot say &quot;{}&quot;. Choose another voice.</source>
        <translation>Die Stimme espeak:{0} kann „{1}“ nicht sprechen. Wählen Sie eine andere Stimme.</translation>
    </message>
    <message>
        <source>There is no voice: eSpeak NG&apos;s data is not installed. Install the package espeak-ng-data, or name a program with --voice command:...</source>
        <translation>Es gibt keine Stimme: Die Daten von eSpeak NG sind nicht installiert. Installieren Sie das Paket espeak-ng-data, oder nennen Sie als Stimme ein Programm: command:...</translation>
    </message>
    <message>
        <source>eSpeak NG has no voice for {}. Choose one of `espeak-ng --voices`, as espeak:en.</source>
        <translation>eSpeak NG hat keine Stimme für {0}. Wählen Sie eine von `espeak-ng --voices`, etwa espeak:en.</translation>
    </message>
    <message>
        <source>Reading was interrupted.</source>
        <translation>Das Lesen wurde unterbrochen.</translation>
    </message>
    <message>
        <source>Measuring the loudness was cancelled.</source>
        <translation>Das Messen der Lautheit wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The sound is too loud behind the codec.</source>
        <translation>Der Ton ist nach dem Kodieren zu laut.</translation>
    </message>
    <message>
        <source>Cannot make a folder in {}: {}. Set TMPDIR to a folder with room.</source>
        <translation>In {0} lässt sich kein Ordner anlegen: {1}. Setzen Sie TMPDIR auf einen Ordner mit Platz.</translation>
    </message>
    <message>
        <source>Looking for speech was cancelled.</source>
        <translation>Die Suche nach Sprache wurde abgebrochen.</translation>
    </message>
    <message>
        <source>There is no voice {}. Write espeak:en for the built-in one, or command:PROGRAM ... {{output}} for a program.</source>
        <translation>Eine Stimme {0} gibt es nicht. Schreiben Sie espeak:en für die eingebaute oder command:PROGRAMM ... {{output}} für ein Programm.</translation>
    </message>
    <message>
        <source>The voice {} says nothing. Choose another one.</source>
        <translation>Die Stimme {0} sagt nichts. Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Annotating was cancelled.</source>
        <translation>Das Beschreiben wurde abgebrochen.</translation>
    </message>
    <message>
        <source>There is no audio.</source>
        <translation>Es gibt keinen Ton.</translation>
    </message>
    <message>
        <source>The search for other captions was cancelled.</source>
        <translation>Die Suche nach anderen Vorschlägen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Captioning was cancelled.</source>
        <translation>Das Beschreiben wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Cannot record to {}: {} exists. Choose another name.</source>
        <translation>Nach {0} lässt sich nicht aufnehmen: {1} gibt es schon. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Nothing was recorded: no picture came. Check the source.</source>
        <translation>Es wurde nichts aufgenommen: Es kam kein Bild. Prüfen Sie die Quelle.</translation>
    </message>
    <message>
        <source>It is not text in any known encoding. Choose a caption file, or save it as UTF-8.</source>
        <translation>Es ist kein Text in einer bekannten Kodierung. Wählen Sie eine Untertiteldatei, oder speichern Sie sie als UTF-8.</translation>
    </message>
    <message>
        <source>Line {}: {}</source>
        <translation>Zeile {0}: {1}</translation>
    </message>
    <message>
        <source>Line {} is not UTF-8. Save the file as UTF-8.</source>
        <translation>Zeile {0} ist kein UTF-8. Speichern Sie die Datei als UTF-8.</translation>
    </message>
    <message>
        <source>Line {} is not JSON. Correct it or get an intact file.</source>
        <translation>Zeile {0} ist kein JSON. Berichtigen Sie sie, oder besorgen Sie eine unbeschädigte Datei.</translation>
    </message>
    <message>
        <source>Line {} is not well-formed XML. Correct it or get an intact file.</source>
        <translation>Zeile {0} ist kein wohlgeformtes XML. Berichtigen Sie sie, oder besorgen Sie eine unbeschädigte Datei.</translation>
    </message>
    <message>
        <source>Line {} nests too deep for a caption file. Choose another file.</source>
        <translation>Zeile {0} ist für eine Untertiteldatei zu tief verschachtelt. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>Line {} names no Start, End or Text column. Add the missing name to the Format line.</source>
        <translation>Zeile {0} nennt keine Spalte Start, End oder Text. Ergänzen Sie den fehlenden Namen in der Zeile „Format“.</translation>
    </message>
    <message>
        <source>Line {} starts no SubStation Alpha file: there is neither a [Script Info] nor an [Events] section. Choose a caption file.</source>
        <translation>Zeile {0} beginnt keine SubStation-Alpha-Datei: Es gibt weder einen Abschnitt [Script Info] noch [Events]. Wählen Sie eine Untertiteldatei.</translation>
    </message>
    <message>
        <source>Line {} names no columns start, end and text. Add a header row with these names.</source>
        <translation>Zeile {0} nennt keine Spalten start, end und text. Fügen Sie eine Kopfzeile mit diesen Namen ein.</translation>
    </message>
    <message>
        <source>Line {} opens a quote that is never closed. Close it or get an intact file.</source>
        <translation>Zeile {0} öffnet ein Anführungszeichen, das nie geschlossen wird. Schließen Sie es, oder besorgen Sie eine unbeschädigte Datei.</translation>
    </message>
    <message>
        <source>Line {} starts a document of &lt;{}&gt;, not of &lt;{}&gt;. Choose an ELAN file.</source>
        <translation>Zeile {0} beginnt ein Dokument mit &lt;{1}&gt;, nicht mit &lt;{2}&gt;. Wählen Sie eine ELAN-Datei.</translation>
    </message>
    <message>
        <source>Line {} starts a document of &lt;{}&gt;, not of &lt;tt&gt;. Choose a TTML file.</source>
        <translation>Zeile {0} beginnt ein Dokument mit &lt;{1}&gt;, nicht mit &lt;tt&gt;. Wählen Sie eine TTML-Datei.</translation>
    </message>
    <message>
        <source>Line {} starts no SubRip file: there are no times of the form 00:00:01,000 --&gt; 00:00:02,000. Choose a caption file.</source>
        <translation>Zeile {0} beginnt keine SubRip-Datei: Es gibt keine Zeiten der Form 00:00:01,000 --&gt; 00:00:02,000. Wählen Sie eine Untertiteldatei.</translation>
    </message>
    <message>
        <source>Line {} does not start with WEBVTT. Choose a WebVTT file, or add that line.</source>
        <translation>Zeile {0} beginnt nicht mit WEBVTT. Wählen Sie eine WebVTT-Datei, oder fügen Sie diese Zeile ein.</translation>
    </message>
    <message>
        <source>It holds something other than the captions of videos.</source>
        <translation>Sie enthält etwas anderes als Untertitel von Videos.</translation>
    </message>
    <message>
        <source>Its values nest too deep for a caption file. Choose another file.</source>
        <translation>Ihre Werte sind für eine Untertiteldatei zu tief verschachtelt. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>It is not JSON that can be read. Get an intact file.</source>
        <translation>Sie ist kein lesbares JSON. Besorgen Sie eine unbeschädigte Datei.</translation>
    </message>
    <message>
        <source>Its times are in {}, and only milliseconds can be read. Save it with ELAN 4 or later.</source>
        <translation>Ihre Zeiten sind in {0}, und nur Millisekunden sind lesbar. Speichern Sie sie mit ELAN 4 oder neuer.</translation>
    </message>
    <message>
        <source>It holds the captions of no video. Choose another file.</source>
        <translation>Sie enthält von keinem Video Untertitel. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>The file holds the captions of {} videos; those of {} were read.</source>
        <translation>Die Datei enthält die Untertitel von {0} Videos; gelesen wurden die von {1}.</translation>
    </message>
    <message>
        <source>It holds the captions of other videos than {}: {}. Call the video as the file does, or choose another file.</source>
        <translation>Sie enthält die Untertitel anderer Videos als {0}: {1}. Nennen Sie das Video wie in der Datei, oder wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>It holds the captions of other videos than {}: {} and {} more. Call the video as the file does, or choose another file.</source>
        <translation>Sie enthält die Untertitel anderer Videos als {0}: {1} und {2} weitere. Nennen Sie das Video wie in der Datei, oder wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>It has no captions of the form {}. Choose such a file.</source>
        <translation>Sie hat keine Untertitel der Form {0}. Wählen Sie eine solche Datei.</translation>
    </message>
    <message>
        <source>&quot;timestamps&quot;: [[0.0, 1.5], ...] and &quot;sentences&quot;: [&quot;...&quot;, ...]</source>
        <translation>&quot;timestamps&quot;: [[0.0, 1.5], ...] und &quot;sentences&quot;: [&quot;...&quot;, ...]</translation>
    </message>
    <message>
        <source>It has {} timestamps for {} sentences, so it is not known which belong together. Get an intact file.</source>
        <translation>Sie hat {0} Zeiten für {1} Sätze, also ist unbekannt, welche zusammengehören. Besorgen Sie eine unbeschädigte Datei.</translation>
    </message>
    <message>
        <source>Cannot read {}: it has {} MB, more than any caption file. Choose a caption file.</source>
        <translation>{0} lässt sich nicht lesen: Die Datei hat {1} MB, mehr als jede Untertiteldatei. Wählen Sie eine Untertiteldatei.</translation>
    </message>
    <message>
        <source>Cannot read {}: {}</source>
        <translation>{0} lässt sich nicht lesen: {1}</translation>
    </message>
    <message>
        <source>it is no caption file. Choose one of these kinds: {}.</source>
        <translation>Es ist keine Untertiteldatei. Wählen Sie eine dieser Arten: {0}.</translation>
    </message>
    <message>
        <source>It holds bytes that are no {} text; {} stands for them. Correct the line.</source>
        <translation>Sie enthält Bytes, die kein {0}-Text sind; dafür steht {1}. Berichtigen Sie die Zeile.</translation>
    </message>
    <message>
        <source>None of the {} cues can be read; the first: {} Correct it or get an intact file.</source>
        <translation>Von {0} Untertiteln lässt sich keiner lesen; der erste: {1} Berichtigen Sie ihn, oder besorgen Sie eine unbeschädigte Datei.</translation>
    </message>
    <message>
        <source>The cue {}; it is left out.</source>
        <translation>Ein Untertitel wird ausgelassen: {0}.</translation>
    </message>
    <message>
        <source>The cue has a time beyond 100,000 hours; it is left out.</source>
        <translation>Der Untertitel hat eine Zeit über 100.000 Stunden; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue ends at {} s before it starts at {} s; it is left out.</source>
        <translation>Der Untertitel endet bei {0} s, bevor er bei {1} s beginnt; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue at {} s lies before the start of the video; it is left out.</source>
        <translation>Der Untertitel bei {0} s liegt vor dem Anfang des Videos; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has no times of the form 0:00:01.00,0:00:02.00 or lacks fields; it is left out.</source>
        <translation>Der Untertitel hat keine Zeiten der Form 0:00:01.00,0:00:02.00, oder ihm fehlen Felder; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has no two times in seconds or no text; it is left out.</source>
        <translation>Der Untertitel hat keine zwei Zeiten in Sekunden oder keinen Text; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has no start or no end in TIME_ORDER; it is left out.</source>
        <translation>Der Untertitel hat keinen Anfang oder kein Ende in TIME_ORDER; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue number {} is not two times in seconds and a text; it is left out.</source>
        <translation>Untertitel Nummer {0} besteht nicht aus zwei Zeiten in Sekunden und einem Text; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue number {} is not two times and a text; it is left out.</source>
        <translation>Untertitel Nummer {0} besteht nicht aus zwei Zeiten und einem Text; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has no times of the form 00:00:01,000 --&gt; 00:00:02,000; it is left out.</source>
        <translation>Der Untertitel hat keine Zeiten der Form 00:00:01,000 --&gt; 00:00:02,000; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has a time that TTML does not know; it is left out.</source>
        <translation>Der Untertitel hat eine Zeit, die TTML nicht kennt; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has no end; it is left out.</source>
        <translation>Der Untertitel hat kein Ende; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has no times of the form 00:00:01.000 --&gt; 00:00:02.000; it is left out.</source>
        <translation>Der Untertitel hat keine Zeiten der Form 00:00:01.000 --&gt; 00:00:02.000; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The cue has no JSON object with a &quot;text&quot;; it is left out.</source>
        <translation>Der Untertitel hat kein JSON-Objekt mit einem „text“; er wird ausgelassen.</translation>
    </message>
    <message>
        <source>The row has more fields than the header; they are not read.</source>
        <translation>Die Zeile hat mehr Felder als die Kopfzeile; sie werden nicht gelesen.</translation>
    </message>
    <message>
        <source>The file has tiers that refer to others; the captions are those of the tier &quot;{}&quot;. To read another, name it &quot;{}&quot; in ELAN.</source>
        <translation>Die Datei hat Ebenen, die sich auf andere beziehen; die Untertitel sind die der Ebene „{0}“. Um eine andere zu lesen, nennen Sie sie in ELAN „{1}“.</translation>
    </message>
    <message>
        <source>The file has tiers that refer to others; not read was the tier &quot;{}&quot;. To read another, name it &quot;{}&quot; in ELAN.</source>
        <translation>Die Datei hat Ebenen, die sich auf andere beziehen; nicht gelesen wurde die Ebene „{0}“. Um eine andere zu lesen, nennen Sie sie in ELAN „{1}“.</translation>
    </message>
    <message>
        <source>The times are whole numbers; they were read as seconds. If they are milliseconds, call them start_ms and end_ms.</source>
        <translation>Die Zeiten sind ganze Zahlen; sie wurden als Sekunden gelesen. Wenn es Millisekunden sind, nennen Sie sie start_ms und end_ms.</translation>
    </message>
    <message>
        <source>Its times count from {} s on the clock of a stream. They are read as times from the start of the video; shift them if the video starts elsewhere.</source>
        <translation>Ihre Zeiten zählen ab {0} s auf der Uhr eines Streams. Sie werden als Zeiten ab dem Anfang des Videos gelesen; verschieben Sie sie, wenn das Video woanders beginnt.</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses {}, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>Das Modell {0} wird nicht ausgeführt: Es verwendet {1}, was Beschreibungsmodelle nicht brauchen. Holen Sie es von denen, die es gemacht haben, als Hugging-Face-Ordner, und importieren Sie diesen, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses a loop of another kind than PyTorch&apos;s layers have, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>Das Modell {0} wird nicht ausgeführt: Es verwendet eine Schleife anderer Art als die Schichten von PyTorch, was Beschreibungsmodelle nicht brauchen. Holen Sie es von denen, die es gemacht haben, als Hugging-Face-Ordner, und importieren Sie diesen, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses a loop that computes tensors, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>Das Modell {0} wird nicht ausgeführt: Es verwendet eine Schleife, die Tensoren berechnet, was Beschreibungsmodelle nicht brauchen. Holen Sie es von denen, die es gemacht haben, als Hugging-Face-Ordner, und importieren Sie diesen, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses a sparse tensor, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>Das Modell {0} wird nicht ausgeführt: Es verwendet einen dünnbesetzten Tensor, was Beschreibungsmodelle nicht brauchen. Holen Sie es von denen, die es gemacht haben, als Hugging-Face-Ordner, und importieren Sie diesen, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} is not run: a weight claims more numbers than the file has. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>Das Modell {0} wird nicht ausgeführt: Ein Gewicht beansprucht mehr Zahlen, als die Datei hat. Holen Sie es von denen, die es gemacht haben, als Hugging-Face-Ordner, und importieren Sie diesen, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} is not run: its program code cannot be read. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>Das Modell {0} wird nicht ausgeführt: Sein Programmcode lässt sich nicht lesen. Holen Sie es von denen, die es gemacht haben, als Hugging-Face-Ordner, und importieren Sie diesen, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The model {} is not run: {}. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>Das Modell {0} wird nicht ausgeführt: {1}. Holen Sie es von denen, die es gemacht haben, als Hugging-Face-Ordner, und importieren Sie diesen, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>The speech model {} does not run here: it is damaged. Install the program again.</source>
        <translation>Das Modell {0} für die Suche nach Sprache läuft hier nicht: Es ist beschädigt. Installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The number of inter-op threads cannot be changed any more: a network has run. Restart the program.</source>
        <translation>Die Zahl der Inter-op-Threads lässt sich nicht mehr ändern: Ein Netz ist schon gelaufen. Starten Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The model {} did not come with this release of Sightline, and a model holds program code that runs with your rights. If you trust those who made it, add --trust-model, which is needed once, or choose it in the window&apos;s Model menu.</source>
        <translation>Das Modell {0} gehört nicht zu dieser Ausgabe von Sightline, und ein Modell enthält Programmcode, der mit Ihren Rechten läuft. Wenn Sie denen vertrauen, die es gemacht haben, geben Sie einmal --trust-model an, oder wählen Sie es im Menü „Modell“.</translation>
    </message>
    <message>
        <source>The export was cancelled.</source>
        <translation>Der Export wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Cannot export to {}: {} beside it exists. Choose another name.</source>
        <translation>Export nach {0} nicht möglich: {1} daneben gibt es schon. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Cannot export to {}: captions are not written in that format. Choose a name that ends in .srt, .vtt or .sightline.</source>
        <translation>Export nach {0} nicht möglich: In diesem Format werden keine Untertitel geschrieben. Wählen Sie einen Namen, der auf .srt, .vtt oder .sightline endet.</translation>
    </message>
    <message>
        <source>There is no dictionary of the language {}. Install one, as hunspell-{}.</source>
        <translation>Für die Sprache {0} gibt es kein Wörterbuch. Installieren Sie eines, etwa hunspell-{1}.</translation>
    </message>
    <message>
        <source>The dictionary {} is in the encoding {}, which cannot be read. Install another one.</source>
        <translation>Das Wörterbuch {0} ist in der Kodierung {1}, die sich nicht lesen lässt. Installieren Sie ein anderes.</translation>
    </message>
    <message>
        <source>Cannot write {}. The word is known until the program ends; check the folder and its permissions.</source>
        <translation>{0} lässt sich nicht schreiben. Das Wort ist bekannt, bis das Programm endet; prüfen Sie den Ordner und seine Zugriffsrechte.</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Verzeichnis nicht gefunden</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Keine Berechtigung</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>Die Operation ist nicht erlaubt</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>Auf dem Datenträger ist kein Platz mehr</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>Das Kontingent auf dem Datenträger ist überschritten</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>Die Datei ist zu groß</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>Es ist ein Verzeichnis</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>Es ist kein Verzeichnis</translation>
    </message>
    <message>
        <source>Directory not empty</source>
        <translation>Das Verzeichnis ist nicht leer</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>Die Datei gibt es schon</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>Der Dateiname ist zu lang</translation>
    </message>
    <message>
        <source>Too many levels of symbolic links</source>
        <translation>Zu viele symbolische Links hintereinander</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>Das Dateisystem ist nur lesbar</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Fehler beim Lesen oder Schreiben</translation>
    </message>
    <message>
        <source>Remote I/O error</source>
        <translation>Fehler auf der Gegenseite beim Lesen oder Schreiben</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>Das Gerät ist in Gebrauch</translation>
    </message>
    <message>
        <source>Text file busy</source>
        <translation>Das Programm läuft gerade</translation>
    </message>
    <message>
        <source>No such device</source>
        <translation>Dieses Gerät gibt es nicht</translation>
    </message>
    <message>
        <source>No such device or address</source>
        <translation>Dieses Gerät oder diese Adresse gibt es nicht</translation>
    </message>
    <message>
        <source>Invalid argument</source>
        <translation>Ungültiges Argument</translation>
    </message>
    <message>
        <source>Invalid cross-device link</source>
        <translation>Das Ziel liegt auf einem anderen Datenträger</translation>
    </message>
    <message>
        <source>Operation not supported</source>
        <translation>Die Operation wird nicht unterstützt</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>Zu viele offene Dateien</translation>
    </message>
    <message>
        <source>Too many open files in system</source>
        <translation>Zu viele offene Dateien im System</translation>
    </message>
    <message>
        <source>Cannot allocate memory</source>
        <translation>Es ist kein Arbeitsspeicher frei</translation>
    </message>
    <message>
        <source>Resource temporarily unavailable</source>
        <translation>Zurzeit nicht verfügbar</translation>
    </message>
    <message>
        <source>Exec format error</source>
        <translation>Es ist kein Programm für diesen Rechner</translation>
    </message>
    <message>
        <source>Argument list too long</source>
        <translation>Die Argumentliste ist zu lang</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>Die Datei auf dem Server ist nicht mehr da</translation>
    </message>
    <message>
        <source>Broken pipe</source>
        <translation>Die Verbindung wurde unterbrochen</translation>
    </message>
    <message>
        <source>Transport endpoint is not connected</source>
        <translation>Die Verbindung zum Dateisystem ist getrennt</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>Die Verbindung wurde abgelehnt</translation>
    </message>
    <message>
        <source>Connection reset by peer</source>
        <translation>Die Gegenseite hat die Verbindung getrennt</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>Zeitüberschreitung der Verbindung</translation>
    </message>
    <message>
        <source>Network is unreachable</source>
        <translation>Das Netz ist nicht erreichbar</translation>
    </message>
    <message>
        <source>No route to host</source>
        <translation>Der Rechner ist nicht erreichbar</translation>
    </message>
    <message>
        <source>Host is down</source>
        <translation>Der Rechner ist ausgeschaltet</translation>
    </message>
    <message>
        <source>Address already in use</source>
        <translation>Die Adresse ist schon in Gebrauch</translation>
    </message>
    <message>
        <source>Segmentation fault</source>
        <translation>Speicherzugriffsfehler</translation>
    </message>
    <message>
        <source>Bus error</source>
        <translation>Busfehler</translation>
    </message>
    <message>
        <source>Illegal instruction</source>
        <translation>Ungültiger Maschinenbefehl</translation>
    </message>
    <message>
        <source>Floating point exception</source>
        <translation>Fehler beim Rechnen</translation>
    </message>
    <message>
        <source>CPU time limit exceeded</source>
        <translation>Die Rechenzeit ist überschritten</translation>
    </message>
    <message>
        <source>Killed</source>
        <translation>Abgeschossen</translation>
    </message>
    <message>
        <source>Aborted</source>
        <translation>Selbst abgebrochen</translation>
    </message>
    <message>
        <source>Terminated</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>a [ has no ]</source>
        <translation>zu einem [ fehlt die ]</translation>
    </message>
    <message>
        <source>a ( has no ), or the other way round</source>
        <translation>zu einer ( fehlt die ) oder umgekehrt</translation>
    </message>
    <message>
        <source>nothing stands before a *, + or ?</source>
        <translation>vor einem *, + oder ? steht nichts</translation>
    </message>
    <message>
        <source>a \ stands before nothing that it could mean</source>
        <translation>ein \ steht vor nichts, was es bedeuten könnte</translation>
    </message>
    <message>
        <source>a number in it is too large</source>
        <translation>eine Zahl darin ist zu groß</translation>
    </message>
    <message>
        <source>a part of it means nothing</source>
        <translation>ein Teil davon bedeutet nichts</translation>
    </message>
</context>
<context>
    <name>sightline::CaptureFolder</name>
    <message>
        <source>The folder %1 cannot be made: %2. Choose another one in File &gt; Preferences.</source>
        <translation>Der Ordner %1 lässt sich nicht anlegen: %2. Wählen Sie unter Datei &gt; Einstellungen einen anderen.</translation>
    </message>
</context>
</TS>
