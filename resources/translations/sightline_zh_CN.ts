<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Finding</name>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>overlap</source>
        <translation>重叠</translation>
    </message>
    <message>
        <source>small gap</source>
        <translation>间隙过小</translation>
    </message>
    <message>
        <source>short</source>
        <translation>过短</translation>
    </message>
    <message>
        <source>long</source>
        <translation>过长</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>过快</translation>
    </message>
    <message>
        <source>wide</source>
        <translation>过宽</translation>
    </message>
    <message>
        <source>lines</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>shot change</source>
        <translation>镜头切换</translation>
    </message>
    <message>
        <source>Has no text.</source>
        <translation>没有文字。</translation>
    </message>
    <message>
        <source>Overlaps the next cue by %1 s.</source>
        <translation>与下一条字幕重叠 %1 秒。</translation>
    </message>
    <message>
        <source>The gap to the next cue is %1 s, which flickers; %2 s or none do not.</source>
        <translation>与下一条字幕的间隙为 %1 秒，会闪烁；%2 秒或无间隙则不会。</translation>
    </message>
    <message>
        <source>Stands for %1 s, at least %2 s are needed.</source>
        <translation>显示 %1 秒，至少需要 %2 秒。</translation>
    </message>
    <message>
        <source>Stands for %1 s, at most %2 s are good.</source>
        <translation>显示 %1 秒，最好不超过 %2 秒。</translation>
    </message>
    <message>
        <source>%1 characters a second have to be read, %2 are good.</source>
        <translation>每秒需读 %1 个字符，以 %2 个为宜。</translation>
    </message>
    <message>
        <source>A line has %1 characters, %2 fit.</source>
        <translation>有一行为 %1 个字符，最多容纳 %2 个。</translation>
    </message>
    <message>
        <source>Takes %1 lines, %2 are good.</source>
        <translation>占 %1 行，以 %2 行为宜。</translation>
    </message>
    <message>
        <source>The shot changes %1 s after the start.</source>
        <translation>开始后 %1 秒镜头切换。</translation>
    </message>
</context>
<context>
    <name>sightline::QuietSpeech</name>
    <message>
        <source>Only when nobody speaks (this source gives no sound)</source>
        <translation>仅在无人说话时（此来源没有声音）</translation>
    </message>
    <message>
        <source>Only when nobody speaks</source>
        <translation>仅在无人说话时</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionWorkspace</name>
    <message>
        <source>Audio description</source>
        <translation>口述影像</translation>
    </message>
    <message>
        <source>Hear the caption in its place</source>
        <translation>在原处试听字幕</translation>
    </message>
    <message>
        <source>Export audio &amp;description…</source>
        <translation>导出口述影像(&amp;D)…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The captions are heard, not read: show where people speak and which captions fit between</source>
        <translation>字幕用于收听而非阅读：显示何处有人说话以及哪些字幕放得进空隙</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>已导出到 %1</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionPanel</name>
    <message>
        <source>built in, in the captions’ language</source>
        <translation>内置，使用字幕的语言</translation>
    </message>
    <message>
        <source>Empty or espeak:VOICE is the built-in voice; command:PROGRAM … {output} is a program that reads the text on its standard input and writes a sound file</source>
        <translation>留空或 espeak:语音 为内置语音；command:程序 … {output} 为从标准输入读取文字并写出声音文件的程序</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>Fastest</source>
        <translation>最快</translation>
    </message>
    <message>
        <source> ×</source>
        <translation> 倍</translation>
    </message>
    <message>
        <source>How many times faster the voice may become where there is little room</source>
        <translation>空隙不足时语音最多可加快到几倍</translation>
    </message>
    <message>
        <source>Ducking</source>
        <translation>压低</translation>
    </message>
    <message>
        <source> dB</source>
        <translation> dB</translation>
    </message>
    <message>
        <source>How much softer the sound of the video is while the voice speaks</source>
        <translation>语音朗读时视频声音降低多少</translation>
    </message>
    <message>
        <source>Least gap</source>
        <translation>最小空隙</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>The shortest pause between speech that is used</source>
        <translation>可利用的最短停顿</translation>
    </message>
    <message>
        <source>After speech</source>
        <translation>说话后</translation>
    </message>
    <message>
        <source>What stays free after speech</source>
        <translation>说话之后保留的空白</translation>
    </message>
    <message>
        <source>Before speech</source>
        <translation>说话前</translation>
    </message>
    <message>
        <source>What stays free before speech</source>
        <translation>说话之前保留的空白</translation>
    </message>
    <message>
        <source>Progress of the audio description</source>
        <translation>口述影像进度</translation>
    </message>
    <message>
        <source>Looking for speech…</source>
        <translation>正在查找人声…</translation>
    </message>
    <message>
        <source>Cancelled: which captions fit is not known.</source>
        <translation>已取消：不知道哪些字幕放得下。</translation>
    </message>
    <message>
        <source>Speaking the captions to measure them…</source>
        <translation>正在合成字幕语音以测量时长…</translation>
    </message>
    <message>
        <source>%1 of %2 captions are said.</source>
        <translation>%2 条字幕中朗读 %1 条。</translation>
    </message>
    <message>
        <source>The video has no sound, so nobody speaks in it.</source>
        <translation>视频没有声音，因此无人说话。</translation>
    </message>
    <message>
        <source>Nobody speaks in the video.</source>
        <translation>视频中无人说话。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionHearing</name>
    <message>
        <source>Whether this caption is said is not known yet.</source>
        <translation>尚不清楚是否朗读此字幕。</translation>
    </message>
    <message>
        <source>Switch audio description on to hear captions in their place.</source>
        <translation>打开口述影像即可在原处试听字幕。</translation>
    </message>
    <message>
        <source>Nothing can be heard: this computer has no output for sound. Connect one and open the video again.</source>
        <translation>无法试听：此计算机没有声音输出设备。请连接后重新打开视频。</translation>
    </message>
    <message>
        <source>The caption is being spoken…</source>
        <translation>正在合成字幕语音…</translation>
    </message>
</context>
<context>
    <name>sightline::DescriptionDialog</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Copy of the video that says the captions</source>
        <translation>朗读字幕的视频副本</translation>
    </message>
    <message>
        <source>When what is said, as WebVTT</source>
        <translation>朗读时间表（WebVTT）</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Export audio description</source>
        <translation>导出口述影像</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>口述影像</translation>
    </message>
    <message>
        <source>as a second sound track, which players offer</source>
        <translation>作为第二音轨，由播放器提供选择</translation>
    </message>
    <message>
        <source>mixed into the sound of the video</source>
        <translation>混入视频原声</translation>
    </message>
    <message>
        <source>extended: the picture waits where there is no room</source>
        <translation>扩展：没有空隙时画面等待</translation>
    </message>
    <message>
        <source>A script to be read</source>
        <translation>可供阅读的文稿</translation>
    </message>
    <message>
        <source>The picture waits %1 s for them in all.</source>
        <translation>画面为此共等待 %1 秒。</translation>
    </message>
    <message>
        <source>What is not said</source>
        <translation>未朗读的内容</translation>
    </message>
    <message>
        <source>What is not said, and why, stands here after the export.</source>
        <translation>导出后，此处列出未朗读的内容及原因。</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>导出进度</translation>
    </message>
    <message>
        <source>The mixed sound alone</source>
        <translation>单独的混合声音</translation>
    </message>
    <message>
        <source>Names of the files (*)</source>
        <translation>文件名 (*)</translation>
    </message>
    <message>
        <source>Choose what is to be written.</source>
        <translation>请选择要写入的内容。</translation>
    </message>
    <message>
        <source>%1  %2 “%3”</source>
        <translation>%1  %2“%3”</translation>
    </message>
    <message>
        <source>All captions are said in full.</source>
        <translation>所有字幕均完整朗读。</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>已取消；未写入任何文件。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>已写入：%1</translation>
    </message>
    <message>
        <source>What was there is kept as %1.</source>
        <translation>原有文件保留为 %1。</translation>
    </message>
    <message>
        <source>%1 of %2 captions are said.</source>
        <translation>%2 条字幕中朗读 %1 条。</translation>
    </message>
    <message>
        <source>Cannot export</source>
        <translation>无法导出</translation>
    </message>
</context>
<context>
    <name>Described</name>
    <message>
        <source>shortened</source>
        <translation>已缩短</translation>
    </message>
    <message>
        <source>nothing to say</source>
        <translation>无内容可说</translation>
    </message>
    <message>
        <source>says nothing new</source>
        <translation>没有新内容</translation>
    </message>
    <message>
        <source>speech all through</source>
        <translation>全程有人说话</translation>
    </message>
    <message>
        <source>%1 s too long for the gap</source>
        <translation>比空隙长 %1 秒</translation>
    </message>
    <message>
        <source>others take the gap</source>
        <translation>空隙被其他字幕占用</translation>
    </message>
    <message>
        <source>Only this is said: %1</source>
        <translation>只说这些：%1</translation>
    </message>
    <message>
        <source>Not said: it has no words.</source>
        <translation>不朗读：没有文字。</translation>
    </message>
    <message>
        <source>Not said: the caption before it says the same.</source>
        <translation>不朗读：前一条字幕内容相同。</translation>
    </message>
    <message>
        <source>Not said: somebody speaks all through its shot.</source>
        <translation>不朗读：整个镜头中都有人说话。</translation>
    </message>
    <message>
        <source>Not said: %1 s too long for the gap. Write less, or let the voice be faster.</source>
        <translation>不朗读：比空隙长 %1 秒。请缩短文字，或让语音更快。</translation>
    </message>
    <message>
        <source>Not said: surer captions take the gap.</source>
        <translation>不朗读：空隙留给了置信度更高的字幕。</translation>
    </message>
    <message>
        <source>Not said</source>
        <translation>不朗读</translation>
    </message>
    <message>
        <source>Said at %1 for %2 s</source>
        <translation>在 %1 朗读，时长 %2 秒</translation>
    </message>
    <message>
        <source>%1, %2 × as fast</source>
        <translation>%1，%2 倍速</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>Sightline project, with the pictures as a video (*.sightline)</source>
        <translation>Sightline 项目,画面存为视频 (*.sightline)</translation>
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
        <translation>%1 条描述/秒,每条 %2 毫秒,显示时已过 %3 毫秒</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Play the clip under A and B in turn, until you stop it</source>
        <translation>在 A 和 B 下轮流播放片段,直到您停止</translation>
    </message>
    <message>
        <source>now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1:%2</translation>
    </message>
    <message>
        <source>%1: nothing pinned; pin an earlier run.</source>
        <translation>%1:未固定;请固定一次之前的运行。</translation>
    </message>
    <message>
        <source>%1; %2</source>
        <translation>%1;%2</translation>
    </message>
    <message>
        <source>Cannot play the clip</source>
        <translation>无法播放片段</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>sightline::AboutDialog</name>
    <message>
        <source>About Sightline</source>
        <translation>关于 Sightline</translation>
    </message>
    <message>
        <source>Says, live and on an ordinary CPU, what a camera or a video shows. Captions are made on this machine, and they are in English.</source>
        <translation>在普通 CPU 上实时说出摄像头或视频所示的内容。描述在本机生成,语言为英文。</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>&amp;Copy diagnostics</source>
        <translation>复制诊断信息(&amp;C)</translation>
    </message>
</context>
<context>
    <name>sightline::AlertCenter</name>
    <message>
        <source>%1: %2</source>
        <translation>%1:%2</translation>
    </message>
    <message>
        <source>Alerts come faster than what they start ends; one was left out.</source>
        <translation>警报来得比其启动的操作结束得更快;已略过一个。</translation>
    </message>
</context>
<context>
    <name>sightline::AlertsDialog</name>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>警报</translation>
    </message>
    <message>
        <source>Alerts; those with a check mark are on</source>
        <translation>警报;打勾的已启用</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>Name of the alert</source>
        <translation>警报名称</translation>
    </message>
    <message>
        <source>What to look for</source>
        <translation>要查找的内容</translation>
    </message>
    <message>
        <source>Words or phrases, separated by commas</source>
        <translation>词语或短语,以逗号分隔</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>Words or expression</source>
        <translation>词语或表达式</translation>
    </message>
    <message>
        <source>dog, red car</source>
        <translation>dog, red car</translation>
    </message>
    <message>
        <source>&amp;Notification</source>
        <translation>通知(&amp;N)</translation>
    </message>
    <message>
        <source>Notification</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>&amp;Sound</source>
        <translation>声音(&amp;S)</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>S&amp;napshot into the folder of recordings</source>
        <translation>快照存入录制文件夹(&amp;N)</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>快照</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>program &quot;{caption}&quot; {time}</source>
        <translation>程序 &quot;{caption}&quot; {time}</translation>
    </message>
    <message>
        <source>The command runs with your rights each time, for %1 s at most and without a shell. {caption} and {time} are filled in.</source>
        <translation>命令每次以您的权限运行,最长 %1 秒,不经过 shell。{caption} 和 {time} 会被替换。</translation>
    </message>
    <message>
        <source>Least time between alerts</source>
        <translation>警报之间的最短时间</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Look for</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>然后</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Not again for</source>
        <translation>再次触发间隔</translation>
    </message>
    <message>
        <source>New alert</source>
        <translation>新警报</translation>
    </message>
</context>
<context>
    <name>sightline::AnnotationRunner</name>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>%1 of %2, %3 left</source>
        <translation>%1 / %2，剩余 %3</translation>
    </message>
</context>
<context>
    <name>sightline::AppearanceMenu</name>
    <message>
        <source>A&amp;ppearance</source>
        <translation>外观(&amp;P)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
</context>
<context>
    <name>sightline::BurnInPanel</name>
    <message>
        <source>Two &amp;lines where they fit</source>
        <translation>尽量排成两行(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>高对比度(&amp;H)</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Bottom</source>
        <translation>底部</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>顶部</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>小</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>大</translation>
    </message>
    <message>
        <source>Very large</source>
        <translation>特大</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Faint</source>
        <translation>淡</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深</translation>
    </message>
    <message>
        <source>Solid</source>
        <translation>不透明</translation>
    </message>
    <message>
        <source>The longest caption, as it will be drawn</source>
        <translation>最长的字幕,按将要绘制的样子</translation>
    </message>
    <message>
        <source>Reading a picture of the video…</source>
        <translation>正在读取视频画面…</translation>
    </message>
    <message>
        <source>There are no captions to draw.</source>
        <translation>没有可绘制的字幕。</translation>
    </message>
    <message>
        <source>No picture of the video can be read.</source>
        <translation>无法读取视频画面。</translation>
    </message>
</context>
<context>
    <name>sightline::CaptionEdit</name>
    <message>
        <source>No suggestions</source>
        <translation>没有建议</translation>
    </message>
    <message>
        <source>Add “%1” to the dictionary</source>
        <translation>将“%1”加入词典</translation>
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
        <translation>%1 ×，无明显差异</translation>
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
        <translation>立即使用 %1</translation>
    </message>
    <message>
        <source>Let the live and video pages caption with what this run recommends</source>
        <translation>让实时页和视频页按本次测量的建议生成描述</translation>
    </message>
    <message>
        <source>Pinned runs side by side</source>
        <translation>并排显示已固定的测量</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>A: captions/s [95 %]</source>
        <translation>A：描述/秒 [95 %]</translation>
    </message>
    <message>
        <source>B: captions/s [95 %]</source>
        <translation>B：描述/秒 [95 %]</translation>
    </message>
    <message>
        <source>B against A</source>
        <translation>B 对比 A</translation>
    </message>
    <message>
        <source>%1: nothing pinned; choose an earlier run and pin it.</source>
        <translation>%1：未固定；请选择一次以前的测量并固定。</translation>
    </message>
    <message>
        <source>%1: %2, recommends %3</source>
        <translation>%1：%2，建议 %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>sightline::CountersDock</name>
    <message>
        <source>Displayed FPS</source>
        <translation>显示帧率</translation>
    </message>
    <message>
        <source>Frames painted per second</source>
        <translation>每秒绘制的帧数</translation>
    </message>
    <message>
        <source>Captured FPS</source>
        <translation>采集帧率</translation>
    </message>
    <message>
        <source>Frames per second that the source delivered</source>
        <translation>来源每秒提供的帧数</translation>
    </message>
    <message>
        <source>Captions/s</source>
        <translation>描述/秒</translation>
    </message>
    <message>
        <source>Captions generated per second</source>
        <translation>每秒生成的描述数</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Milliseconds of the last caption: preprocess, encode, prefill, generate</source>
        <translation>最近一条描述各阶段的毫秒数:预处理、编码、预填充、生成</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>CPU threads of the last caption: fewer than allowed while other programs keep the CPUs so busy that more would be slower</source>
        <translation>生成上一条描述所用的 CPU 线程数:其他程序占满 CPU、线程越多反而越慢时,会少于允许的数量</translation>
    </message>
    <message>
        <source>%1 of %2: the CPUs are busy</source>
        <translation>%1 / %2:CPU 繁忙</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>From a frame&apos;s capture to its caption, of the last 1000: p50, p95, p99</source>
        <translation>从采集一帧到得到其描述,最近 1000 次:p50、p95、p99</translation>
    </message>
    <message>
        <source>Caption age</source>
        <translation>描述时延</translation>
    </message>
    <message>
        <source>The same, median of the last 64</source>
        <translation>同上,最近 64 次的中位数</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Frames shown without a caption of their own</source>
        <translation>未获得自己的描述而显示的帧</translation>
    </message>
    <message>
        <source>Reused</source>
        <translation>复用</translation>
    </message>
    <message>
        <source>Share of captions that were the one before, of a still picture</source>
        <translation>画面静止时沿用上一条的描述所占比例</translation>
    </message>
    <message>
        <source>CPU cores</source>
        <translation>CPU 核心</translation>
    </message>
    <message>
        <source>How busy each core is, with all programs</source>
        <translation>每个核心的占用率(所有程序)</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>本程序</translation>
    </message>
    <message>
        <source>CPUs that this program uses; 100 % is one</source>
        <translation>本程序使用的 CPU;100 % 为一个</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Resident memory, and threads</source>
        <translation>常驻内存与线程数</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Of the hottest sensor</source>
        <translation>最热传感器的温度</translation>
    </message>
    <message>
        <source>UI frame time</source>
        <translation>界面帧时间</translation>
    </message>
    <message>
        <source>Between two turns of a 60 Hz timer of the window&apos;s thread: p50, p99</source>
        <translation>窗口线程 60 Hz 定时器两次触发的间隔:p50、p99</translation>
    </message>
    <message>
        <source>Copy as &amp;text</source>
        <translation>复制为文本(&amp;T)</translation>
    </message>
    <message>
        <source>The last minute</source>
        <translation>最近一分钟</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 · %4 ms</source>
        <translation>%1 · %2 · %3 · %4 毫秒</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 ms</source>
        <translation>%1 · %2 · %3 毫秒</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 MB, %2 threads</source>
        <translation>%1 MB,%2 个线程</translation>
    </message>
    <message>
        <source>%1 °C</source>
        <translation>%1 °C</translation>
    </message>
    <message>
        <source>%1 · %2 ms</source>
        <translation>%1 · %2 毫秒</translation>
    </message>
</context>
<context>
    <name>sightline::CountersPanel</name>
    <message>
        <source>Displayed FPS</source>
        <translation>显示帧率</translation>
    </message>
    <message>
        <source>Frames painted per second</source>
        <translation>每秒绘制的帧数</translation>
    </message>
    <message>
        <source>Captured FPS</source>
        <translation>采集帧率</translation>
    </message>
    <message>
        <source>Frames per second that the source delivered</source>
        <translation>信号源每秒提供的帧数</translation>
    </message>
    <message>
        <source>Captions/s</source>
        <translation>描述/秒</translation>
    </message>
    <message>
        <source>Captions generated per second</source>
        <translation>每秒生成的描述数</translation>
    </message>
    <message>
        <source>Inference</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>Median time from a frame&apos;s pixels to its caption</source>
        <translation>从一帧的像素到其描述的时间中位数</translation>
    </message>
    <message>
        <source>Caption age</source>
        <translation>描述延迟</translation>
    </message>
    <message>
        <source>Median time from a frame&apos;s capture until its caption was ready</source>
        <translation>从采集一帧到描述就绪的时间中位数</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Frames shown without a caption of their own</source>
        <translation>显示时没有自己描述的帧</translation>
    </message>
</context>
<context>
    <name>sightline::CueActions</name>
    <message>
        <source>Split at playhead</source>
        <translation>在播放头处拆分</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Merge the selected cues, or the cue with the next</source>
        <translation>合并所选字幕，或与下一条合并</translation>
    </message>
    <message>
        <source>Mark in</source>
        <translation>标记起点</translation>
    </message>
    <message>
        <source>Mark out, add cue</source>
        <translation>标记终点并添加字幕</translation>
    </message>
    <message>
        <source>Copy cues</source>
        <translation>复制字幕</translation>
    </message>
    <message>
        <source>Paste cues at playhead</source>
        <translation>在播放头处粘贴字幕</translation>
    </message>
    <message>
        <source>Find and replace…</source>
        <translation>查找和替换…</translation>
    </message>
    <message>
        <source>Fix what is safe to fix</source>
        <translation>修复可安全修复的问题</translation>
    </message>
    <message>
        <source>Start at playhead</source>
        <translation>起点设为播放头</translation>
    </message>
    <message>
        <source>Set start</source>
        <translation>设置起点</translation>
    </message>
    <message>
        <source>End at playhead</source>
        <translation>终点设为播放头</translation>
    </message>
    <message>
        <source>Set end</source>
        <translation>设置终点</translation>
    </message>
    <message>
        <source>Cue a frame earlier</source>
        <translation>字幕提前一帧</translation>
    </message>
    <message>
        <source>Cue a frame later</source>
        <translation>字幕推后一帧</translation>
    </message>
    <message>
        <source>Start a frame earlier</source>
        <translation>起点提前一帧</translation>
    </message>
    <message>
        <source>Start a frame later</source>
        <translation>起点推后一帧</translation>
    </message>
    <message>
        <source>End a frame earlier</source>
        <translation>终点提前一帧</translation>
    </message>
    <message>
        <source>End a frame later</source>
        <translation>终点推后一帧</translation>
    </message>
    <message>
        <source>Shift times…</source>
        <translation>平移时间…</translation>
    </message>
    <message>
        <source>Next least sure cue</source>
        <translation>下一条最不确定的字幕</translation>
    </message>
    <message>
        <source>Accept, and next</source>
        <translation>接受并继续</translation>
    </message>
    <message>
        <source>Edit text</source>
        <translation>编辑文字</translation>
    </message>
    <message>
        <source>Other captions</source>
        <translation>其他描述</translation>
    </message>
    <message>
        <source>Take caption %1</source>
        <translation>采用第 %1 个描述</translation>
    </message>
    <message>
        <source>There is no such caption yet: 0 asks the model.</source>
        <translation>还没有这个描述：按 0 询问模型。</translation>
    </message>
    <message>
        <source>Caption the selected range again</source>
        <translation>重新描述所选范围</translation>
    </message>
    <message>
        <source>Nudge</source>
        <translation>微移</translation>
    </message>
    <message>
        <source>The cue begins here; O ends it.</source>
        <translation>字幕从这里开始；按 O 结束。</translation>
    </message>
    <message>
        <source>Mark where the cue begins first, with I.</source>
        <translation>请先按 I 标记字幕的起点。</translation>
    </message>
    <message>
        <source>There are no cues on the clipboard.</source>
        <translation>剪贴板中没有字幕。</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>修复</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) repaired.</source>
        <translation>
            <numerusform>已修复 %n 条字幕。</numerusform>
        </translation>
    </message>
    <message>
        <source>Every cue has been reviewed.</source>
        <translation>所有字幕都已审阅。</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) to review</source>
        <translation>
            <numerusform>还有 %n 条字幕待审阅</numerusform>
        </translation>
    </message>
    <message>
        <source>Next cue</source>
        <translation>下一条字幕</translation>
    </message>
    <message>
        <source>Previous cue</source>
        <translation>上一条字幕</translation>
    </message>
    <message>
        <source>Next shot</source>
        <translation>下一个镜头</translation>
    </message>
    <message>
        <source>Previous shot</source>
        <translation>上一个镜头</translation>
    </message>
    <message>
        <source>Next doubtful cue</source>
        <translation>下一条存疑字幕</translation>
    </message>
    <message>
        <source>Previous doubtful cue</source>
        <translation>上一条存疑字幕</translation>
    </message>
    <message>
        <source>There is none further.</source>
        <translation>没有更多了。</translation>
    </message>
    <message>
        <source>There is no cue at the playhead to split.</source>
        <translation>播放位置没有可拆分的字幕。</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) repaired and selected: %1</source>
        <translation>
            <numerusform>已修复并选中 %n 条字幕：%1</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no cue after this one to merge it with.</source>
        <translation>后面没有可与之合并的字幕。</translation>
    </message>
    <message>
        <source>The cue begins there already.</source>
        <translation>该字幕已从那里开始。</translation>
    </message>
    <message>
        <source>The cue ends there already.</source>
        <translation>该字幕已在那里结束。</translation>
    </message>
    <message>
        <source>A cue cannot end where the video begins.</source>
        <translation>字幕不能在视频开头处结束。</translation>
    </message>
    <message>
        <source>The cue begins at the playhead. Go to where its second part shall begin.</source>
        <translation>该字幕就从播放位置开始。请移到第二部分应开始的地方。</translation>
    </message>
    <message>
        <source>The cue cannot be shorter.</source>
        <translation>该字幕不能再短了。</translation>
    </message>
    <message>
        <source>The next cue begins there: move it first.</source>
        <translation>下一条字幕从那里开始：请先移动它。</translation>
    </message>
    <message>
        <source>The video begins there.</source>
        <translation>视频从那里开始。</translation>
    </message>
    <message>
        <source>The cue before ends there: move it first.</source>
        <translation>上一条字幕在那里结束：请先移动它。</translation>
    </message>
    <message>
        <source>The cue has to end after it begins, by a tenth of a second at least. Go on, then press O.</source>
        <translation>字幕的结束须至少比开始晚十分之一秒。请往后移，再按 O。</translation>
    </message>
    <message>
        <source>The video ends there.</source>
        <translation>视频在那里结束。</translation>
    </message>
</context>
<context>
    <name>sightline::CueDelegate</name>
    <message>
        <source>Caption</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Edit text</source>
        <translation>编辑文字</translation>
    </message>
</context>
<context>
    <name>sightline::CueInspector</name>
    <message>
        <source>Start</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>End</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Choose a cue, or add one at the playhead.</source>
        <translation>选择一条字幕，或在播放头处添加。</translation>
    </message>
    <message>
        <source>Other captions</source>
        <translation>其他描述</translation>
    </message>
    <message>
        <source>What else the model would say here; the keys 1 to 5 take one</source>
        <translation>模型在此处的其他说法；按 1 到 5 采用</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s), %1 a second</source>
        <translation>
            <numerusform>%n 个字符，每秒 %1 个</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · confidence %2 %</source>
        <translation>%1 · 置信度 %2 %</translation>
    </message>
    <message>
        <source>Asking the model…</source>
        <translation>正在询问模型…</translation>
    </message>
    <message>
        <source>The model has nothing else to say.</source>
        <translation>模型没有其他说法。</translation>
    </message>
    <message>
        <source>Choose caption</source>
        <translation>选用描述</translation>
    </message>
    <message>
        <source>%1   (%2 %)   %3</source>
        <translation>%1   (%2 %)   %3</translation>
    </message>
    <message>
        <source>Keys 1–%1</source>
        <translation>按键 1–%1</translation>
    </message>
</context>
<context>
    <name>sightline::CueModel</name>
    <message>
        <source>The video ends at %1.</source>
        <translation>视频在 %1 结束。</translation>
    </message>
    <message>
        <source>%1 to %2: %3</source>
        <translation>%1 至 %2：%3</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>End</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Conf.</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>“%1” is no time. Write 1:02.5 or 62.5.</source>
        <translation>“%1”不是时间。请写成 1:02.5 或 62.5。</translation>
    </message>
    <message>
        <source>The end (%1) must come after the start (%2). Choose a later end or an earlier start.</source>
        <translation>结束（%1）必须晚于开始（%2）。请选择更晚的结束或更早的开始。</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>The chance that the caption is right, as the model sees it</source>
        <translation>模型认为这条描述正确的可能性</translation>
    </message>
</context>
<context>
    <name>sightline::CuePanel</name>
    <message>
        <source>Cues</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Add at playhead</source>
        <translation>在播放头处添加</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Annotation progress</source>
        <translation>标注进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>1 cue</source>
        <translation>1 条字幕</translation>
    </message>
    <message>
        <source>%1 cues</source>
        <translation>%1 条字幕</translation>
    </message>
    <message>
        <source>Follow playback</source>
        <translation>跟随播放</translation>
    </message>
    <message>
        <source>While the video plays, the cue on screen is the chosen one</source>
        <translation>播放时自动选中画面上的字幕</translation>
    </message>
</context>
<context>
    <name>sightline::CueWorkspace</name>
    <message>
        <source>Check as</source>
        <translation>检查标准</translation>
    </message>
    <message>
        <source>Descriptions: stand as long as their picture</source>
        <translation>画面描述：与画面同长</translation>
    </message>
    <message>
        <source>Subtitles: at most 7 s, a gap between</source>
        <translation>字幕：最长 7 秒，之间留间隙</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) that were not saved when the program ended are back.</source>
        <translation>
            <numerusform>程序结束时未保存的 %n 处更改已恢复。</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Drop them</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>The project was changed by another program. Saving writes over that.</source>
        <translation>项目已被其他程序更改。保存将覆盖这些更改。</translation>
    </message>
    <message>
        <source>Keep what is here</source>
        <translation>保留当前内容</translation>
    </message>
    <message>
        <source>Load it</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>The video %1 is gone. Captions can be edited on; it can&apos;t be captioned until it is back.</source>
        <translation>视频 %1 已不存在。仍可编辑字幕；视频恢复后才能重新标注。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cannot import</source>
        <translation>无法导入</translation>
    </message>
    <message>
        <source>The times in %1 are whole numbers, and nothing says what they count.</source>
        <translation>%1 中的时间都是整数，没有说明单位。</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>不导入</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Milliseconds</source>
        <translation>毫秒</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) of %1 are shown below the others.</source>
        <translation>
            <numerusform>%1 中的 %n 条字幕显示在下方轨道。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> %n damaged one(s) were left out.</source>
        <translation>
            <numerusform> 已略去 %n 条损坏的字幕。</numerusform>
        </translation>
    </message>
    <message>
        <source>Only compare</source>
        <translation>仅作对照</translation>
    </message>
    <message>
        <source>Take over into the captions</source>
        <translation>并入字幕</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Check spelling</source>
        <translation>拼写检查</translation>
    </message>
    <message>
        <source>Check spelling (no dictionary: %1)</source>
        <translation>拼写检查（没有词典：%1）</translation>
    </message>
    <message>
        <source>There are no captions in %1.</source>
        <translation>%1 中没有字幕。</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>好</translation>
    </message>
</context>
<context>
    <name>sightline::ExportDialog</name>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Export captions</source>
        <translation>导出字幕</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>已写入：%1</translation>
    </message>
    <message>
        <source>What was there is kept as %1.</source>
        <translation>原有文件保留为 %1。</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>已取消；未写入任何文件。</translation>
    </message>
    <message>
        <source>Cannot export</source>
        <translation>无法导出</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Preview of the file</source>
        <translation>文件预览</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>导出进度</translation>
    </message>
    <message>
        <source>Video with captions to switch on</source>
        <translation>带可开关字幕的视频</translation>
    </message>
    <message>
        <source>Video with captions in the picture</source>
        <translation>字幕烧录在画面中的视频</translation>
    </message>
    <message>
        <source>A copy of the video with the captions as a track; nothing is encoded again.</source>
        <translation>视频副本，字幕作为轨道；不重新编码。</translation>
    </message>
    <message>
        <source>The captions are drawn into the picture, for players that show none. Takes a while.</source>
        <translation>字幕绘入画面，适用于不支持字幕的播放器。需要一些时间。</translation>
    </message>
    <message>
        <source>Keeps each caption&apos;s confidence and source.</source>
        <translation>保留每条字幕的置信度和来源。</translation>
    </message>
    <message>
        <source>Keeps times and texts.</source>
        <translation>保留时间和文字。</translation>
    </message>
    <message>
        <source>%1 exists. Choose another name.</source>
        <translation>%1 已存在。请另选名称。</translation>
    </message>
</context>
<context>
    <name>sightline::FeedMenu</name>
    <message>
        <source>&amp;Feed</source>
        <translation>推送(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Feed for other programs</source>
        <translation>供其他程序使用的推送(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Copy address</source>
        <translation>复制地址(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;New token</source>
        <translation>新令牌(&amp;N)</translation>
    </message>
    <message>
        <source>Programs on this machine that know the address see captions and picture, such as OBS as a browser source</source>
        <translation>本机上知道该地址的程序可看到描述和画面,例如 OBS 的浏览器源</translation>
    </message>
    <message>
        <source>Who knows the present address is locked out</source>
        <translation>知道当前地址的程序将被拒绝</translation>
    </message>
    <message>
        <source>Address of the feed</source>
        <translation>推送地址</translation>
    </message>
    <message>
        <source>Port of the feed</source>
        <translation>推送端口</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>The feed&apos;s address is on the clipboard.</source>
        <translation>推送地址已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Cannot start the feed</source>
        <translation>无法启动推送</translation>
    </message>
    <message>
        <source>The feed is off</source>
        <translation>推送已关闭</translation>
    </message>
</context>
<context>
    <name>sightline::FindDialog</name>
    <message>
        <source>Regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>区分大小写</translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation>查找和替换</translation>
    </message>
    <message>
        <source>Groups in parentheses are \1, \2 … in the replacement</source>
        <translation>括号分组在替换文字中为 \1、\2…</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Replace by</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Find next</source>
        <translation>查找下一个</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Replace all</source>
        <translation>全部替换</translation>
    </message>
    <message>
        <source>This is no regular expression: %1 (at character %2)</source>
        <translation>这不是正则表达式：%1（第 %2 个字符）</translation>
    </message>
    <message>
        <source>No caption has this text.</source>
        <translation>没有字幕含有此文字。</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed.</source>
        <translation>
            <numerusform>已更改 %n 条字幕。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::HistoryPanel</name>
    <message>
        <source>Search captions</source>
        <translation>搜索描述</translation>
    </message>
    <message>
        <source>Captions so far</source>
        <translation>到目前为止的描述</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected captions with their times, or all of them</source>
        <translation>复制所选描述及其时间，未选择时复制全部</translation>
    </message>
    <message>
        <source>Cle&amp;ar</source>
        <translation>清空(&amp;A)</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>导出(&amp;X)…</translation>
    </message>
    <message>
        <source>Write all captions of this session as a caption file, or with their pictures as a project</source>
        <translation>将本次会话的全部描述写成字幕文件,或连同画面存为项目</translation>
    </message>
    <message>
        <source>&amp;Enlarge the picture</source>
        <translation>放大画面(&amp;E)</translation>
    </message>
    <message>
        <source>E&amp;xport history…</source>
        <translation>导出历史(&amp;X)…</translation>
    </message>
    <message>
        <source>There are no captions to export yet.</source>
        <translation>还没有可导出的描述。</translation>
    </message>
    <message>
        <source>An export is under way.</source>
        <translation>正在导出。</translation>
    </message>
    <message>
        <source>Export history</source>
        <translation>导出历史</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>已导出到 %1</translation>
    </message>
    <message>
        <source>Exporting to %1…</source>
        <translation>正在导出到 %1…</translation>
    </message>
    <message>
        <source>A click enlarges the picture</source>
        <translation>点击可放大画面</translation>
    </message>
</context>
<context>
    <name>sightline::LivePage</name>
    <message>
        <source>Show them</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>以后再说</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) of an earlier live session, begun %1, were not exported.</source>
        <translation>
            <numerusform>较早的实时会话(开始于 %1)有 %n 条描述未导出。</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear it</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message numerus="yes">
        <source>Clear the history? Its %n caption(s) and pictures cannot be brought back.</source>
        <translation>
            <numerusform>清空历史记录？其中的 %n 条描述和图片将无法恢复。</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Live</source>
        <translation>实时(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Camera</source>
        <translation>摄像头(&amp;C)</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Choose a camera, an address, the screen or a file, and press Start.</source>
        <translation>请选择摄像头、地址、屏幕或文件，然后按“开始”。</translation>
    </message>
    <message>
        <source>Caption look</source>
        <translation>描述外观</translation>
    </message>
    <message>
        <source>S&amp;napshot</source>
        <translation>快照(&amp;N)</translation>
    </message>
    <message>
        <source>Keep this picture as a PNG file that carries its caption</source>
        <translation>将此画面保存为带有描述的 PNG 文件</translation>
    </message>
    <message>
        <source>Steadiness of captions</source>
        <translation>描述的稳定程度</translation>
    </message>
    <message>
        <source>Left: every caption as it comes. Right: a caption stays until the scene is another one.</source>
        <translation>左：每条描述立即显示。右：描述保持到场景改变为止。</translation>
    </message>
    <message>
        <source>Responsive</source>
        <translation>灵敏</translation>
    </message>
    <message>
        <source>Steady</source>
        <translation>稳定</translation>
    </message>
    <message>
        <source>%1 % sure</source>
        <translation>确信度 %1 %</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>%1 秒前</translation>
    </message>
    <message>
        <source>  ·  </source>
        <translation>  ·  </translation>
    </message>
    <message>
        <source>%1
Taken at %2, described %3 ms later</source>
        <translation>%1
拍摄于 %2，%3 毫秒后完成描述</translation>
    </message>
    <message>
        <source>Cannot write</source>
        <translation>无法写入</translation>
    </message>
    <message>
        <source>There is no picture to keep yet.</source>
        <translation>还没有可以保存的画面。</translation>
    </message>
    <message>
        <source>Kept as %1</source>
        <translation>已保存为 %1</translation>
    </message>
    <message>
        <source>Feed</source>
        <translation>推送</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Al&amp;erts…</source>
        <translation>警报(&amp;E)…</translation>
    </message>
    <message>
        <source>What happens when a caption says certain words</source>
        <translation>当描述出现特定词语时执行的操作</translation>
    </message>
    <message>
        <source>C&amp;ounters</source>
        <translation>计数器(&amp;O)</translation>
    </message>
    <message>
        <source>All figures of captioning and of the machine</source>
        <translation>描述与机器的全部数据</translation>
    </message>
    <message>
        <source>An alert&apos;s picture was gone before it could be kept.</source>
        <translation>警报的画面在保存之前已消失。</translation>
    </message>
    <message>
        <source>This system has no voice. Install speech-dispatcher or espeak-ng.</source>
        <translation>此系统没有语音。请安装 speech-dispatcher 或 espeak-ng。</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <source>Watch it no longer; the history stays</source>
        <translation>不再观看;历史保留</translation>
    </message>
    <message>
        <source>Stopped. Press Start to watch again.</source>
        <translation>已停止。按“开始”可再次观看。</translation>
    </message>
    <message>
        <source>&amp;Retry</source>
        <translation>重试(&amp;R)</translation>
    </message>
    <message>
        <source>No pictures since %1. Trying again in %2 s.</source>
        <translation>自 %1 起没有画面。%2 秒后重试。</translation>
    </message>
    <message>
        <source>No pictures since %1. Connecting again…</source>
        <translation>自 %1 起没有画面。正在重新连接…</translation>
    </message>
</context>
<context>
    <name>sightline::LiveRecording</name>
    <message>
        <source>&amp;Record</source>
        <translation>录制(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Annotate recording</source>
        <translation>标注录像(&amp;A)</translation>
    </message>
    <message>
        <source>Record the pictures, with their captions as a subtitle track</source>
        <translation>录制画面，并将描述存为字幕轨</translation>
    </message>
    <message>
        <source>Open the last recording with its captions on the Video page</source>
        <translation>在视频页中打开最近的录像及其描述</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>The disk is nearly full: the recording ends when nothing is left of the %1.</source>
        <translation>磁盘将满:剩余的 %1 用完后录制即结束。</translation>
    </message>
    <message>
        <source>Cannot record</source>
        <translation>无法录制</translation>
    </message>
    <message>
        <source>Stop &amp;recording</source>
        <translation>停止录制(&amp;R)</translation>
    </message>
    <message>
        <source>Recording to %1</source>
        <translation>正在录制到 %1</translation>
    </message>
    <message>
        <source>The recording ended</source>
        <translation>录制已结束</translation>
    </message>
    <message>
        <source>Recorded %1 s to %2</source>
        <translation>已录制 %1 秒到 %2</translation>
    </message>
</context>
<context>
    <name>sightline::MainWindow</name>
    <message>
        <source>Open the recording</source>
        <translation>打开录制</translation>
    </message>
    <message>
        <source>The recording “%1” was cut off: about its last second is missing, and captions of its last five.</source>
        <translation>录制“%1”被中断：缺最后约一秒，以及最后五秒的字幕。</translation>
    </message>
    <message>
        <source>The model %1 is not there any more. The one that comes with Sightline captions instead; the Model menu adds another.</source>
        <translation>模型 %1 已不存在，改用 Sightline 自带的模型；可在“模型”菜单中添加其他模型。</translation>
    </message>
    <message>
        <source>Open video or project</source>
        <translation>打开视频或项目</translation>
    </message>
    <message>
        <source>Videos and projects (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv *.sightline);;All files (*)</source>
        <translation>视频和项目 (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv *.sightline);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Import captions</source>
        <translation>导入字幕</translation>
    </message>
    <message>
        <source>Captions (*.srt *.sbv *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.itt *.csv *.tsv *.txt *.json *.eaf);;All files (*)</source>
        <translation>字幕 (*.srt *.sbv *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.itt *.csv *.tsv *.txt *.json *.eaf);;所有文件 (*)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>手册(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;First steps</source>
        <translation>入门(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation>键盘快捷键(&amp;K)…</translation>
    </message>
    <message>
        <source>Show &amp;log…</source>
        <translation>显示日志(&amp;L)…</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>&amp;Copy diagnostics</source>
        <translation>复制诊断信息(&amp;C)</translation>
    </message>
    <message>
        <source>The diagnostics are on the clipboard; they name no files.</source>
        <translation>诊断信息已复制到剪贴板；其中不含文件名。</translation>
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
        <translation>像实时来源一样播放视频</translation>
    </message>
    <message>
        <source>Videos to annotate</source>
        <translation>要标注的视频</translation>
    </message>
    <message>
        <source>Videos (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv);;All files (*)</source>
        <translation>视频 (*.mp4 *.mkv *.mov *.webm *.avi *.m4v *.mpg *.ts *.ogv);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose a model bundle</source>
        <translation>选择模型包</translation>
    </message>
    <message>
        <source>Model bundles (*.pt)</source>
        <translation>模型包 (*.pt)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1 – Sightline</source>
        <translation>%1 – Sightline</translation>
    </message>
    <message>
        <source>Sightline ended unexpectedly while “%1” was open at %2.</source>
        <translation>Sightline 意外结束，当时打开的是“%1”，位置 %2。</translation>
    </message>
    <message>
        <source>The edits that were not saved are kept.</source>
        <translation>未保存的修改已保留。</translation>
    </message>
    <message>
        <source>Open it again</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Page “%1”</source>
        <translation>“%1”页</translation>
    </message>
    <message>
        <source>Next part of the page</source>
        <translation>页面的下一部分</translation>
    </message>
    <message>
        <source>Previous part of the page</source>
        <translation>页面的上一部分</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>退出全屏</translation>
    </message>
    <message>
        <source>Name of the source</source>
        <translation>来源名称</translation>
    </message>
    <message>
        <source>Name in the list of sources, where it stays; an empty one takes the source off:</source>
        <translation>来源列表中的名称(会一直保留);留空则移除该来源:</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>关闭(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>首选项(&amp;P)…</translation>
    </message>
    <message>
        <source>Recordings and snapshots</source>
        <translation>录制与快照</translation>
    </message>
    <message>
        <source>&amp;About Sightline</source>
        <translation>关于 Sightline(&amp;A)</translation>
    </message>
    <message>
        <source>Reading the captions of the recording…</source>
        <translation>正在读取录像的字幕…</translation>
    </message>
</context>
<context>
    <name>sightline::ManualWindow</name>
    <message>
        <source>Sightline manual</source>
        <translation>Sightline 手册</translation>
    </message>
    <message>
        <source>Page of the manual</source>
        <translation>手册页面</translation>
    </message>
    <message>
        <source>Pages of the manual</source>
        <translation>手册页面列表</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>后退</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前进</translation>
    </message>
    <message>
        <source>Find in all pages (%1)</source>
        <translation>在所有页面中查找（%1）</translation>
    </message>
    <message>
        <source>Find in all pages</source>
        <translation>在所有页面中查找</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>找到的位置</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>The pages of the manual are in English.</source>
        <translation>手册页面为英文。</translation>
    </message>
</context>
<context>
    <name>sightline::ModelMenu</name>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Add a model…</source>
        <translation>添加模型(&amp;A)…</translation>
    </message>
    <message>
        <source>%1, %2 ms a caption</source>
        <translation>%1，每条字幕 %2 毫秒</translation>
    </message>
    <message>
        <source>%1 (imported, %2, %3 MB)</source>
        <translation>%1（导入，%2，%3 MB）</translation>
    </message>
    <message>
        <source>%1 (verified, %2, %3 MB)</source>
        <translation>%1（已验证，%2，%3 MB）</translation>
    </message>
    <message>
        <source>%1 (not made by this release, %2, %3 MB)</source>
        <translation>%1（非本版本随附，%2，%3 MB）</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>无法使用此模型</translation>
    </message>
    <message>
        <source>&amp;Base (shipped, verified)</source>
        <translation>&amp;Base（随附，已验证）</translation>
    </message>
    <message>
        <source>&amp;Base (shipped)</source>
        <translation>&amp;Base（随附）</translation>
    </message>
</context>
<context>
    <name>sightline::OverlayMenu</name>
    <message>
        <source>Caption &amp;look</source>
        <translation>描述外观(&amp;L)</translation>
    </message>
    <message>
        <source>At the &amp;top</source>
        <translation>置于顶部(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Size</source>
        <translation>大小(&amp;S)</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>小</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>大</translation>
    </message>
    <message>
        <source>Very large</source>
        <translation>特大</translation>
    </message>
    <message>
        <source>&amp;Background</source>
        <translation>背景(&amp;B)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Faint</source>
        <translation>淡</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Solid</source>
        <translation>不透明</translation>
    </message>
    <message>
        <source>Two &amp;lines where they fit</source>
        <translation>尽量排成两行(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>高对比度(&amp;H)</translation>
    </message>
    <message>
        <source>Show &amp;confidence</source>
        <translation>显示确信度(&amp;C)</translation>
    </message>
    <message>
        <source>Show how &amp;old it is</source>
        <translation>显示描述的时间(&amp;O)</translation>
    </message>
    <message>
        <source>S&amp;peak new captions</source>
        <translation>朗读新描述(&amp;P)</translation>
    </message>
</context>
<context>
    <name>sightline::OwnWindowHint</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Mi&amp;nimize this window</source>
        <translation>最小化此窗口(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Pick an area…</source>
        <translation>选取区域(&amp;P)…</translation>
    </message>
    <message>
        <source>This window hides the one that is watched, so the captions describe it instead. Move it aside.</source>
        <translation>此窗口遮住了被观看的窗口,因此描述的是此窗口。请把它移开。</translation>
    </message>
    <message>
        <source>This window is on the screen that is watched, so the captions describe it too.</source>
        <translation>此窗口位于被观看的屏幕上,因此描述也会涉及它。</translation>
    </message>
</context>
<context>
    <name>sightline::PictureDialog</name>
    <message>
        <source>The picture this caption describes</source>
        <translation>此描述对应的画面</translation>
    </message>
</context>
<context>
    <name>sightline::PlayerPane</name>
    <message>
        <source>Model ready</source>
        <translation>模型就绪(以英文描述)</translation>
    </message>
    <message>
        <source>No model: the video is shown without captions</source>
        <translation>没有模型：视频显示时不带描述</translation>
    </message>
    <message>
        <source>Cannot load the model</source>
        <translation>无法加载模型</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Waiting for pictures…</source>
        <translation>正在等待画面…</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>Playback stopped</source>
        <translation>播放已停止</translation>
    </message>
</context>
<context>
    <name>sightline::PreferencesDialog</name>
    <message>
        <source>&amp;Remember files and sources that were opened</source>
        <translation>记住打开过的文件和来源(&amp;R)</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Folders and privacy</source>
        <translation>文件夹与隐私</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Language of the window</source>
        <translation>窗口语言(&amp;L)</translation>
    </message>
    <message>
        <source>Takes effect at the next start. Captions are in English whatever the window speaks.</source>
        <translation>下次启动时生效。无论窗口使用何种语言,描述均为英文。</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外观(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>CPU &amp;threads</source>
        <translation>CPU 线程(&amp;T)</translation>
    </message>
    <message>
        <source>The thread lab measures how many threads are best here.</source>
        <translation>线程实验室可测出本机的最佳线程数。</translation>
    </message>
    <message>
        <source>Folder of recordings and snapshots</source>
        <translation>录制与快照的文件夹</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>选择(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Forget them now</source>
        <translation>立即清除(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Recordings and snapshots</source>
        <translation>录制与快照(&amp;R)</translation>
    </message>
    <message>
        <source>Captions are made on this machine. Pictures and captions leave it only while you switch the feed on or let an alert&apos;s command send them.</source>
        <translation>描述在本机生成。只有当您开启推送或让警报的命令发送时,画面和描述才会离开本机。</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>语言将在下次启动时更改。</translation>
    </message>
</context>
<context>
    <name>sightline::ProjectController</name>
    <message>
        <source>Cannot annotate</source>
        <translation>无法标注</translation>
    </message>
    <message>
        <source>Annotating was cancelled; what was captioned until then stays. Undo takes it back.</source>
        <translation>标注已取消；此前生成的描述会保留，可撤销。</translation>
    </message>
    <message>
        <source>The video is damaged</source>
        <translation>视频已损坏</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s), %1 × real time</source>
        <translation>
            <numerusform>%n 条描述，%1 × 实时</numerusform>
        </translation>
    </message>
    <message>
        <source>Cannot open the project</source>
        <translation>无法打开项目</translation>
    </message>
    <message>
        <source>Its video %1 is not where it was, nor beside the project. Put it there and open the project again.</source>
        <translation>视频 %1 既不在原处，也不在项目旁边。请放回后重新打开项目。</translation>
    </message>
    <message>
        <source>Cannot save</source>
        <translation>无法保存</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) that were not saved are back.</source>
        <translation>
            <numerusform>%n 处未保存的更改已恢复。</numerusform>
        </translation>
    </message>
    <message>
        <source>Cannot begin a project</source>
        <translation>无法新建项目</translation>
    </message>
    <message>
        <source>Descriptions</source>
        <translation>画面描述</translation>
    </message>
    <message>
        <source>New caption</source>
        <translation>新字幕</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>Sightline projects (*.sightline)</source>
        <translation>Sightline 项目 (*.sightline)</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>已导出到 %1</translation>
    </message>
    <message>
        <source>The captions made of this video before are back.</source>
        <translation>此视频之前的字幕已恢复。</translation>
    </message>
    <message>
        <source>There are captions of this video that have not been saved. Open it and save its project first.</source>
        <translation>此视频有尚未保存的字幕。请先打开它并保存其项目。</translation>
    </message>
    <message>
        <source>Another cue begins there already. Go on a little, or change that one.</source>
        <translation>那里已有一条字幕开始。请往后移一点，或修改那一条。</translation>
    </message>
    <message>
        <source>The new cue ends where the next one begins.</source>
        <translation>新字幕在下一条开始处结束。</translation>
    </message>
    <message>
        <source>The new cue begins while the one before is still shown.</source>
        <translation>新字幕开始时，上一条仍在显示。</translation>
    </message>
    <message>
        <source>The video is open without its captions, and the project stays as it is.</source>
        <translation>视频已打开，但没有其字幕；项目文件保持原样。</translation>
    </message>
</context>
<context>
    <name>sightline::ProjectDocument</name>
    <message>
        <source>Edit text</source>
        <translation>编辑文字</translation>
    </message>
    <message>
        <source>Change times</source>
        <translation>更改时间</translation>
    </message>
    <message>
        <source>Add cue</source>
        <translation>添加字幕</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Accept caption</source>
        <translation>接受字幕</translation>
    </message>
    <message>
        <source>Annotate</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>These captions are only shown here: another window has them open.</source>
        <translation>这里只能查看这些字幕：另一个窗口已打开它们。</translation>
    </message>
</context>
<context>
    <name>sightline::QueueDialog</name>
    <message>
        <source>Annotate files</source>
        <translation>标注文件</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>&amp;Add files…</source>
        <translation>添加文件(&amp;A)…</translation>
    </message>
    <message>
        <source>Choose more videos</source>
        <translation>选择更多视频</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>打开(&amp;O)</translation>
    </message>
    <message>
        <source>Open the chosen video with its captions</source>
        <translation>打开所选视频及其字幕</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>Stop the chosen video, or all where none is chosen</source>
        <translation>停止所选视频；未选择时停止全部</translation>
    </message>
    <message>
        <source>Take what is over off the list; the files stay</source>
        <translation>从列表中移除已结束的项目；文件保留</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s)</source>
        <translation>
            <numerusform>%n 条字幕</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>there already, %n cue(s)</source>
        <translation>
            <numerusform>已存在，%n 条字幕</numerusform>
        </translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>%1, cut short</source>
        <translation>%1，提前结束</translation>
    </message>
    <message>
        <source>%1 of %2 videos; the projects are written beside them.</source>
        <translation>%1 / %2 个视频；项目保存在视频旁边。</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation>打开文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>Show the folder of the chosen video and its project</source>
        <translation>显示所选视频及其项目所在的文件夹</translation>
    </message>
    <message>
        <source>&amp;Retry</source>
        <translation>重试(&amp;R)</translation>
    </message>
    <message>
        <source>Begin the chosen video again, or all that failed or were stopped where none is chosen</source>
        <translation>重新开始所选视频;未选择时重新开始所有失败或停止的视频</translation>
    </message>
    <message>
        <source>&amp;Clear finished</source>
        <translation>清除已完成的(&amp;C)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The queue goes on</source>
        <translation>队列继续运行</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Nothing to say: no picture of it got a caption.</source>
        <translation>无内容:没有画面得到描述。</translation>
    </message>
    <message>
        <source>It goes on where it was when it is begun again.</source>
        <translation>重新开始时从中断处继续。</translation>
    </message>
    <message numerus="yes">
        <source>%n failed.</source>
        <translation>
            <numerusform>%n 个失败。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::QuickTune</name>
    <message>
        <source>Finding the best number of CPU threads…</source>
        <translation>正在寻找最佳 CPU 线程数…</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Skip finding the number of threads</source>
        <translation>跳过线程数的测量</translation>
    </message>
    <message>
        <source>The number of threads could not be measured; it stays as it is.</source>
        <translation>无法测量线程数；保持不变。</translation>
    </message>
    <message>
        <source>Skipped. The thread lab finds the best number of threads at any time.</source>
        <translation>已跳过。随时可在线程实验室中寻找最佳线程数。</translation>
    </message>
    <message>
        <source>The CPU was too busy to find the best number of threads; it stays as it is. The thread lab finds it at any time.</source>
        <translation>CPU 太忙，无法找到最佳线程数；保持不变。随时可在线程实验室中寻找。</translation>
    </message>
    <message>
        <source>Captions are made with 1 thread, which is best here.</source>
        <translation>以 1 个线程生成描述，这在本机上最佳。</translation>
    </message>
    <message>
        <source>Captions are made with %1 threads, which is best here.</source>
        <translation>以 %1 个线程生成描述，这在本机上最佳。</translation>
    </message>
    <message>
        <source>Beside busy programs it is 1; captions find that by themselves.</source>
        <translation>其他程序繁忙时最佳为 1 个；描述会自动调整。</translation>
    </message>
    <message>
        <source>Beside busy programs it is %1; captions find that by themselves.</source>
        <translation>其他程序繁忙时最佳为 %1 个；描述会自动调整。</translation>
    </message>
</context>
<context>
    <name>sightline::RangesPanel</name>
    <message>
        <source>%p%</source>
        <translation>%p%</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Intra-op threads</source>
        <translation>层内线程</translation>
    </message>
    <message>
        <source>Threads that share the work of one layer, as 1-4 or 1,2,8</source>
        <translation>分担同一层计算的线程数，如 1-4 或 1,2,8</translation>
    </message>
    <message>
        <source>Inter-op threads</source>
        <translation>层间线程</translation>
    </message>
    <message>
        <source>Threads that run branches of a network side by side. The shipped network has none, so this makes no difference to it.</source>
        <translation>并行计算网络各分支的线程。随附的网络没有分支，因此没有影响。</translation>
    </message>
    <message>
        <source>Beams</source>
        <translation>束数</translation>
    </message>
    <message>
        <source>Beams of the caption search: 1 is greedy, 0 the model&apos;s own</source>
        <translation>描述搜索的束数：1 为贪心，0 为模型默认值</translation>
    </message>
    <message>
        <source>also pinned to cores</source>
        <translation>同时测量绑定核心</translation>
    </message>
    <message>
        <source>Also pinned to cores</source>
        <translation>同时测量绑定核心</translation>
    </message>
    <message>
        <source>Measure each setting also with each thread on a core of its own, fast cores first</source>
        <translation>每种设置也在线程各占一个核心时测量，先用快核心</translation>
    </message>
    <message>
        <source>Repetitions at most</source>
        <translation>最多重复次数</translation>
    </message>
    <message>
        <source>Seed of the order</source>
        <translation>顺序的随机种子</translation>
    </message>
    <message>
        <source>the one in use</source>
        <translation>正在使用的</translation>
    </message>
    <message>
        <source>Bundles</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>Bundles…</source>
        <translation>模型包…</translation>
    </message>
    <message>
        <source>Compare bundles of other precisions. Sightline comes with an int8 one only; models/ makes one of fp32.</source>
        <translation>比较其他精度的模型包。Sightline 只附带 int8；models/ 可制作 fp32。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Measure all settings, in random order</source>
        <translation>以随机顺序测量所有设置</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop, and keep what was measured</source>
        <translation>停止，并保留已测量的结果</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>What happens now</source>
        <translation>当前状态</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>Inter-op</source>
        <translation>层间</translation>
    </message>
    <message>
        <source>Affinity</source>
        <translation>核心绑定</translation>
    </message>
    <message>
        <source>Repetitions</source>
        <translation>重复次数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>also overlapped</source>
        <translation>也测重叠</translation>
    </message>
    <message>
        <source>Also overlapped</source>
        <translation>也测重叠</translation>
    </message>
    <message>
        <source>Measure each setting also with the next picture encoded while a caption is generated, as videos are captioned</source>
        <translation>每个设置也在生成描述的同时编码下一张画面的方式下测量,与处理视频时相同</translation>
    </message>
    <message>
        <source>Pipeline</source>
        <translation>流水线</translation>
    </message>
    <message>
        <source>also beside busy programs</source>
        <translation>也在其他程序繁忙时测量</translation>
    </message>
    <message>
        <source>Also beside busy programs</source>
        <translation>也在其他程序繁忙时测量</translation>
    </message>
    <message>
        <source>Measure each setting also while as many programs as there are CPUs keep them busy. They are made for it, and end with it.</source>
        <translation>另外在与 CPU 数量相同的程序占满 CPU 时测量每个设置。这些程序只为测量而启动，测量后即结束。</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>负载</translation>
    </message>
</context>
<context>
    <name>sightline::RecentFiles</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <source>No files yet</source>
        <translation>暂无文件</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>清除记录</translation>
    </message>
</context>
<context>
    <name>sightline::ReportDialog</name>
    <message>
        <source>Cannot read %1: %2.</source>
        <translation>无法读取 %1：%2。</translation>
    </message>
    <message>
        <source>%1
It may name files of yours. It stays on this machine unless you pass it on.</source>
        <translation>%1
其中可能含有您的文件名。除非您转交他人，否则它只保留在本机。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Sightline stopped because of a fault in it the last time. There is a report that helps to find it.</source>
        <translation>Sightline 上次因程序自身的错误而终止。有一份报告可帮助查明原因。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Show…</source>
        <translation>显示…</translation>
    </message>
    <message>
        <source>Report of a crash</source>
        <translation>崩溃报告</translation>
    </message>
</context>
<context>
    <name>sightline::ResultModel</name>
    <message>
        <source>quiet</source>
        <translation>平稳</translation>
    </message>
    <message>
        <source>noisy</source>
        <translation>有波动</translation>
    </message>
    <message>
        <source>very noisy</source>
        <translation>波动很大</translation>
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
        <translation>不适用</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>测量的内容</translation>
    </message>
    <message>
        <source>Captions/s</source>
        <translation>描述/秒</translation>
    </message>
    <message>
        <source>Median over repetitions, with half of its 95 % interval</source>
        <translation>各次重复的中位数，附 95 % 区间的一半</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>波动</translation>
    </message>
    <message>
        <source>Interquartile range over median of the captions/s: yellow above 0.1, red above 0.25</source>
        <translation>描述/秒的四分位距除以中位数：高于 0.1 为黄色，高于 0.25 为红色</translation>
    </message>
    <message>
        <source>Fixed length/s</source>
        <translation>固定长度/秒</translation>
    </message>
    <message>
        <source>Captions a second where all have the same number of tokens</source>
        <translation>所有描述词元数相同时的每秒描述数</translation>
    </message>
    <message>
        <source>p50 ms</source>
        <translation>p50 毫秒</translation>
    </message>
    <message>
        <source>Median time of one caption</source>
        <translation>一条描述的中位时间</translation>
    </message>
    <message>
        <source>p95 ms</source>
        <translation>p95 毫秒</translation>
    </message>
    <message>
        <source>19 of 20 captions take no longer</source>
        <translation>20 条描述中有 19 条不超过此时间</translation>
    </message>
    <message>
        <source>p99 ms</source>
        <translation>p99 毫秒</translation>
    </message>
    <message>
        <source>99 of 100 captions take no longer</source>
        <translation>100 条描述中有 99 条不超过此时间</translation>
    </message>
    <message>
        <source>Encode ms</source>
        <translation>编码毫秒</translation>
    </message>
    <message>
        <source>From pixels to features</source>
        <translation>从像素到特征</translation>
    </message>
    <message>
        <source>Generate ms</source>
        <translation>生成毫秒</translation>
    </message>
    <message>
        <source>From features to words</source>
        <translation>从特征到词语</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Use while captioning; 100 % is one CPU</source>
        <translation>生成描述时的使用率；100 % 为一个 CPU</translation>
    </message>
    <message>
        <source>Busy threads</source>
        <translation>忙碌线程</translation>
    </message>
    <message>
        <source>Threads seen at work, from /proc</source>
        <translation>由 /proc 观察到的工作线程数</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他程序</translation>
    </message>
    <message>
        <source>CPUs that everything else used meanwhile</source>
        <translation>同时被其他程序占用的 CPU 数</translation>
    </message>
    <message>
        <source>MiB</source>
        <translation>MiB</translation>
    </message>
    <message>
        <source>Resident memory</source>
        <translation>常驻内存</translation>
    </message>
    <message>
        <source>J</source>
        <translation>焦耳</translation>
    </message>
    <message>
        <source>Energy of the CPU a caption, where it can be read (RAPL)</source>
        <translation>每条描述的 CPU 能耗（可读取 RAPL 时）</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Repetitions</source>
        <translation>重复次数</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 个线程</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 个线程</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>贪心</translation>
    </message>
    <message>
        <source>%1 beams</source>
        <translation>%1 束</translation>
    </message>
    <message>
        <source>, %1 inter-op</source>
        <translation>，层间 %1</translation>
    </message>
    <message>
        <source>, pinned to cores</source>
        <translation>，绑定核心</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>, overlapped</source>
        <translation>,重叠</translation>
    </message>
    <message>
        <source>, beside 1 busy program</source>
        <translation>，另有 1 个繁忙程序</translation>
    </message>
    <message>
        <source>, beside %1 busy programs</source>
        <translation>，另有 %1 个繁忙程序</translation>
    </message>
</context>
<context>
    <name>sightline::ScreenPicker</name>
    <message>
        <source>Pick an area</source>
        <translation>选取区域</translation>
    </message>
    <message>
        <source>Pick a window</source>
        <translation>选取窗口</translation>
    </message>
    <message>
        <source>Drag over what is to be watched. Escape gives up.</source>
        <translation>拖动框选要观看的部分。按 Esc 放弃。</translation>
    </message>
    <message>
        <source>Click the window that is to be watched. Escape gives up.</source>
        <translation>点击要观看的窗口。按 Esc 放弃。</translation>
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
        <translation>提前</translation>
    </message>
    <message>
        <source>The selected cues</source>
        <translation>所选字幕</translation>
    </message>
    <message>
        <source>The selected cue and all that follow</source>
        <translation>所选字幕及其后全部</translation>
    </message>
    <message>
        <source>Shift times</source>
        <translation>平移时间</translation>
    </message>
    <message>
        <source>Time to shift by</source>
        <translation>平移时间量</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>All cues</source>
        <translation>全部字幕</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>What</source>
        <translation>范围</translation>
    </message>
</context>
<context>
    <name>sightline::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>New keys of the chosen action</source>
        <translation>所选操作的新按键</translation>
    </message>
    <message>
        <source>New keys:</source>
        <translation>新按键：</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>无按键</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>All defaults</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>%1 belongs to “%2” already. Give that other keys first.</source>
        <translation>%1 已用于“%2”。请先更改该操作的按键。</translation>
    </message>
</context>
<context>
    <name>sightline::SourceBar</name>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>A camera, the screen, a file, or the address of a stream such as rtsp://camera/live</source>
        <translation>摄像头、屏幕、文件或流地址，如 rtsp://camera/live</translation>
    </message>
    <message>
        <source>Camera, rtsp:// or http:// address, screen: or file</source>
        <translation>摄像头、rtsp:// 或 http:// 地址、screen: 或文件</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>开始(&amp;S)</translation>
    </message>
    <message>
        <source>Watch this source</source>
        <translation>观看此来源</translation>
    </message>
    <message>
        <source>State of the source</source>
        <translation>来源的状态</translation>
    </message>
    <message>
        <source>%1 (no permission)</source>
        <translation>%1（无权限）</translation>
    </message>
    <message>
        <source>%1 (in use)</source>
        <translation>%1（使用中）</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>屏幕</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Connecting again…</source>
        <translation>正在重新连接…</translation>
    </message>
    <message>
        <source>%1 × %2, %3 fps</source>
        <translation>%1 × %2，%3 帧/秒</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Trying again in %1 s.</source>
        <translation>将在 %1 秒后重试。</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <source>Watch it no longer; the history stays</source>
        <translation>不再观看;历史保留</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>&amp;Look for cameras again</source>
        <translation>重新查找摄像头(&amp;L)</translation>
    </message>
    <message>
        <source>Pick an &amp;area of the screen…</source>
        <translation>选取屏幕区域(&amp;A)…</translation>
    </message>
    <message>
        <source>Pick a &amp;window…</source>
        <translation>选取窗口(&amp;W)…</translation>
    </message>
    <message>
        <source>Give this source a &amp;name…</source>
        <translation>为此来源命名(&amp;N)…</translation>
    </message>
    <message>
        <source>&amp;Forget recent sources</source>
        <translation>清除最近的来源(&amp;F)</translation>
    </message>
    <message>
        <source>An area of the screen…</source>
        <translation>屏幕区域…</translation>
    </message>
    <message>
        <source>A window…</source>
        <translation>窗口…</translation>
    </message>
    <message>
        <source>Not watched: it failed</source>
        <translation>失败,未在观看</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>sightline::SweepCharts</name>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>Speed (line) and latency (dashes)</source>
        <translation>速度（实线）与延迟（虚线）</translation>
    </message>
    <message>
        <source>Captions/s</source>
        <translation>描述/秒</translation>
    </message>
    <message>
        <source>Latency (ms)</source>
        <translation>延迟（毫秒）</translation>
    </message>
    <message>
        <source>Speed-up (line) and efficiency (dashes)</source>
        <translation>加速比（实线）与效率（虚线）</translation>
    </message>
    <message>
        <source>Speed-up</source>
        <translation>加速比</translation>
    </message>
    <message>
        <source>Efficiency (%)</source>
        <translation>效率 (%)</translation>
    </message>
    <message>
        <source>recommended</source>
        <translation>推荐</translation>
    </message>
</context>
<context>
    <name>sightline::ThreadLabPage</name>
    <message>
        <source>Bundles to compare</source>
        <translation>要比较的模型包</translation>
    </message>
    <message>
        <source>Model bundles (*.pt)</source>
        <translation>模型包 (*.pt)</translation>
    </message>
    <message>
        <source>Cancelled; what was measured is kept.</source>
        <translation>已取消；保留已测量的结果。</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>完成。</translation>
    </message>
    <message>
        <source>The run is not kept</source>
        <translation>未能保留此次测量</translation>
    </message>
    <message>
        <source>Nothing was measured.</source>
        <translation>没有测量任何内容。</translation>
    </message>
    <message>
        <source>Cannot measure</source>
        <translation>无法测量</translation>
    </message>
    <message>
        <source>Close other programs, then start.</source>
        <translation>请关闭其他程序，然后开始。</translation>
    </message>
    <message>
        <source>Runs on this machine</source>
        <translation>本机的测量</translation>
    </message>
    <message>
        <source>Earlier runs</source>
        <translation>以前的测量</translation>
    </message>
    <message>
        <source>Pin as A</source>
        <translation>固定为 A</translation>
    </message>
    <message>
        <source>Compare the chosen run with another</source>
        <translation>将所选测量与另一次比较</translation>
    </message>
    <message>
        <source>Pin as B</source>
        <translation>固定为 B</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>In use now</source>
        <translation>当前使用</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Caption with this setting on all pages, at once and from now on</source>
        <translation>所有页面立即并从此使用该设置生成描述</translation>
    </message>
    <message>
        <source>Use selected</source>
        <translation>使用所选</translation>
    </message>
    <message>
        <source>Caption with the setting selected in the table</source>
        <translation>使用表中所选设置生成描述</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>Go back to what was set before</source>
        <translation>恢复之前的设置</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Save the run as Markdown, CSV, JSON, or its charts as a picture</source>
        <translation>将测量保存为 Markdown、CSV、JSON，或将图表保存为图片</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Copy the run as Markdown</source>
        <translation>以 Markdown 复制此次测量</translation>
    </message>
    <message>
        <source>The report is on the clipboard, as Markdown.</source>
        <translation>报告已以 Markdown 复制到剪贴板。</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>A and B</source>
        <translation>A 与 B</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Paused while other programs, or captions on other pages, use %1 CPUs.</source>
        <translation>其他程序或其他页面的描述占用 %1 个 CPU，已暂停。</translation>
    </message>
    <message>
        <source>Measuring %1</source>
        <translation>正在测量 %1</translation>
    </message>
    <message>
        <source>Cooling down after %1</source>
        <translation>%1 之后冷却</translation>
    </message>
    <message>
        <source>On this CPU use %1: %2 % of peak speed at %3 % of the CPU.</source>
        <translation>在此 CPU 上请使用 %1：以 %3 % 的 CPU 达到最高速度的 %2 %。</translation>
    </message>
    <message>
        <source>The figures scatter widely, so measure again before you rely on this.</source>
        <translation>数值波动很大，依赖此结果前请再次测量。</translation>
    </message>
    <message>
        <source>The figures scatter, so small differences mean little.</source>
        <translation>数值有波动，微小差异意义不大。</translation>
    </message>
    <message>
        <source>Other programs used the CPU while this was measured.</source>
        <translation>测量时其他程序占用了 CPU。</translation>
    </message>
    <message>
        <source>Too noisy to say how many threads are best: their speeds overlap. Measure again when less else runs.</source>
        <translation>波动太大,无法判断多少个线程最好:各自的速度区间重叠。请在其他程序较少运行时重新测量。</translation>
    </message>
    <message>
        <source>Not measured yet.</source>
        <translation>尚未测量。</translation>
    </message>
    <message>
        <source>So far: %1</source>
        <translation>到目前为止：%1</translation>
    </message>
    <message>
        <source>The setting that uses the least CPU among those with at least 95 % of the highest speed, for each model and number of beams</source>
        <translation>对每个模型和束数，在速度不低于最高速度 95 % 的设置中选择占用 CPU 最少的</translation>
    </message>
    <message>
        <source>In use: 1 thread.</source>
        <translation>当前使用：1 个线程。</translation>
    </message>
    <message>
        <source>In use: %1 threads.</source>
        <translation>当前使用：%1 个线程。</translation>
    </message>
    <message>
        <source>Inter-op threads change at the next start.</source>
        <translation>层间线程数在下次启动时改变。</translation>
    </message>
    <message>
        <source>Cannot use this setting</source>
        <translation>无法使用此设置</translation>
    </message>
    <message>
        <source>Captions are made with 1 thread from now on.</source>
        <translation>从现在起以 1 个线程生成描述。</translation>
    </message>
    <message>
        <source>Captions are made with %1 threads from now on.</source>
        <translation>从现在起以 %1 个线程生成描述。</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>设置已恢复到之前的状态。</translation>
    </message>
    <message>
        <source>%1, %2 of %3 settings</source>
        <translation>%1，%2 / %3 种设置</translation>
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
        <translation>图表 (*.png)</translation>
    </message>
    <message>
        <source>Export the run</source>
        <translation>导出此次测量</translation>
    </message>
    <message>
        <source>Cannot write %1. Check the folder and its permissions.</source>
        <translation>无法写入 %1。请检查文件夹及其权限。</translation>
    </message>
    <message>
        <source>Cannot export</source>
        <translation>无法导出</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>已保存为 %1</translation>
    </message>
    <message>
        <source>Thread lab</source>
        <translation>线程实验室</translation>
    </message>
    <message>
        <source>Preview of A and B</source>
        <translation>A 与 B 的预览</translation>
    </message>
    <message>
        <source>Beside busy programs it is too noisy to say how many threads are best.</source>
        <translation>其他程序繁忙时波动太大，无法判断多少线程最佳。</translation>
    </message>
    <message>
        <source>Beside busy programs use %1: %2 % of peak speed there, at %3 % of the CPU.</source>
        <translation>其他程序繁忙时使用 %1：达到该情况下最高速度的 %2 %，占用 CPU 的 %3 %。</translation>
    </message>
</context>
<context>
    <name>sightline::TimelineView</name>
    <message>
        <source>Speech</source>
        <translation>人声</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Wheel: scroll. Ctrl and wheel: zoom. Drag a block or its edges; Alt drags freely, Shift drags all following cues along. Double-click on nothing adds a cue.</source>
        <translation>滚轮：滚动。Ctrl 加滚轮：缩放。拖动字幕块或其边缘；Alt 自由拖动，Shift 连同其后全部字幕。双击空白处添加字幕。</translation>
    </message>
    <message>
        <source>Move cue</source>
        <translation>移动字幕</translation>
    </message>
    <message>
        <source>Change times</source>
        <translation>更改时间</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 至 %2</translation>
    </message>
    <message>
        <source>%1 · frame %2</source>
        <translation>%1 · 第 %2 帧</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Show the whole video</source>
        <translation>显示整个视频</translation>
    </message>
</context>
<context>
    <name>sightline::TransportBar</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation>上一帧</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>下一帧</translation>
    </message>
    <message>
        <source>Back 5 seconds</source>
        <translation>后退 5 秒</translation>
    </message>
    <message>
        <source>Pause at normal speed</source>
        <translation>暂停并恢复正常速度</translation>
    </message>
    <message>
        <source>Play, and faster</source>
        <translation>播放，再按加速</translation>
    </message>
    <message>
        <source>Loop the cue</source>
        <translation>循环播放字幕</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Speed; below half and above double speed there is no sound</source>
        <translation>速度；低于一半或高于两倍时没有声音</translation>
    </message>
    <message>
        <source>%1×</source>
        <translation>%1×</translation>
    </message>
    <message>
        <source>Time and frame</source>
        <translation>时间与帧</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 · frame %2</source>
        <translation>%1 · 第 %2 帧</translation>
    </message>
    <message>
        <source>Frames are counted at %1 a second</source>
        <translation>按每秒 %1 帧计数</translation>
    </message>
</context>
<context>
    <name>sightline::VideoPage</name>
    <message>
        <source>Show why</source>
        <translation>显示原因</translation>
    </message>
    <message>
        <source>Go on with them</source>
        <translation>继续处理</translation>
    </message>
    <message>
        <source>Leave them</source>
        <translation>先不处理</translation>
    </message>
    <message numerus="yes">
        <source>%n video(s) could not be captioned.</source>
        <translation>
            <numerusform>有 %n 个视频无法标注。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Captioning ended with %n video(s) still to do.</source>
        <translation>
            <numerusform>标注结束时还有 %n 个视频未处理。</numerusform>
        </translation>
    </message>
    <message>
        <source>The edits that are not saved are kept: they are there when the video is opened again.</source>
        <translation>未保存的修改已保留：再次打开该视频时仍在。</translation>
    </message>
    <message>
        <source>The folder is %1.</source>
        <translation>文件夹是 %1。</translation>
    </message>
    <message>
        <source>&amp;Project</source>
        <translation>项目(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Review</source>
        <translation>审阅(&amp;R)</translation>
    </message>
    <message>
        <source>P&amp;layback</source>
        <translation>播放(&amp;L)</translation>
    </message>
    <message>
        <source>Open a video, or drop a video file here.</source>
        <translation>打开视频，或将视频文件拖到此处。</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Annotate</source>
        <translation>标注(&amp;A)</translation>
    </message>
    <message>
        <source>Caption the whole video in the background; what you edited stays (%1)</source>
        <translation>在后台标注整个视频；已编辑的内容会保留（%1）</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>保存项目(&amp;S)</translation>
    </message>
    <message>
        <source>Sa&amp;ve project as…</source>
        <translation>项目另存为(&amp;V)…</translation>
    </message>
    <message>
        <source>&amp;Export captions…</source>
        <translation>导出字幕(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Import captions as second track…</source>
        <translation>导入字幕作为第二轨道(&amp;I)…</translation>
    </message>
    <message>
        <source>First steps: open a video (%1), let the model caption it (%2), go through what it was least sure of (%3: next, %4: accept, %5: edit, %6: other captions), export (%7).</source>
        <translation>入门：打开视频（%1），让模型标注（%2），从最不确定的描述开始审阅（%3：下一条，%4：接受，%5：编辑，%6：其他描述），然后导出（%7）。</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>Undo %1</source>
        <translation>撤销：%1</translation>
    </message>
    <message>
        <source>Redo %1</source>
        <translation>重做：%1</translation>
    </message>
    <message>
        <source>Cannot open</source>
        <translation>无法打开</translation>
    </message>
    <message>
        <source>No program here shows folders. The folder is %1.</source>
        <translation>这里没有显示文件夹的程序。文件夹是 %1。</translation>
    </message>
    <message>
        <source>All files have been gone through.</source>
        <translation>所有文件均已处理。</translation>
    </message>
    <message>
        <source>Annotate &amp;files…</source>
        <translation>标注文件(&amp;F)…</translation>
    </message>
    <message>
        <source>Caption several videos one after the other, into projects beside them</source>
        <translation>依次标注多个视频，项目保存在它们旁边</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制画面</translation>
    </message>
    <message>
        <source>Seek 5 seconds back</source>
        <translation>后退 5 秒</translation>
    </message>
    <message>
        <source>Seek 5 seconds forward</source>
        <translation>前进 5 秒</translation>
    </message>
    <message>
        <source>Seek a second back</source>
        <translation>后退 1 秒</translation>
    </message>
    <message>
        <source>Seek a second forward</source>
        <translation>前进 1 秒</translation>
    </message>
    <message>
        <source>Go to the start</source>
        <translation>转到开头</translation>
    </message>
    <message>
        <source>Go to the end</source>
        <translation>转到结尾</translation>
    </message>
    <message>
        <source>The captions of this video are open in another window: “%1”, since %2.</source>
        <translation>此视频的字幕已在另一个窗口中打开：“%1”，自 %2 起。</translation>
    </message>
    <message>
        <source>The captions of this video are open in another program.</source>
        <translation>此视频的字幕已在另一个程序中打开。</translation>
    </message>
    <message>
        <source>Bring it to front</source>
        <translation>调到前面</translation>
    </message>
    <message>
        <source>Open read-only</source>
        <translation>以只读方式打开</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1 (read-only)</source>
        <translation>%1（只读）</translation>
    </message>
    <message>
        <source>Annotating was interrupted at %1 of %2; what it found is kept.</source>
        <translation>标注在 %1（共 %2）处中断；已找到的内容已保留。</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Go on from there</source>
        <translation>从该处继续</translation>
    </message>
    <message>
        <source>%1 holds captions and no pictures. Open its video first, then choose Import captions in the menu Project.</source>
        <translation>%1 只含字幕，没有画面。请先打开对应的视频，再在“项目”菜单中选择导入字幕。</translation>
    </message>
</context>
<context>
    <name>sightline::VideoView</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
</context>
<context>
    <name>TrustQuestion</name>
    <message>
        <source>Load a model from somebody else?</source>
        <translation>加载他人提供的模型？</translation>
    </message>
    <message>
        <source>%1 did not come with this release of Sightline.</source>
        <translation>%1 不是随本版本 Sightline 提供的。</translation>
    </message>
    <message>
        <source>A model holds program code that runs with your rights. Only load files from people you trust.

You are asked once for each model. Before the first time it is tried apart, which takes as long again as loading it.</source>
        <translation>模型包含以您的权限运行的程序代码。请只加载您信任的人提供的文件。

每个模型只询问一次。首次加载前会先单独试运行，所需时间与加载相同。</translation>
    </message>
    <message>
        <source>&amp;Load it</source>
        <translation>加载(&amp;L)</translation>
    </message>
</context>
<context>
    <name>FormatTitle</name>
    <message>
        <source>WebVTT metadata (JSON)</source>
        <translation>WebVTT 元数据 (JSON)</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>表格 (CSV)</translation>
    </message>
    <message>
        <source>ELAN annotations</source>
        <translation>ELAN 标注</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>another machine</source>
        <translation>另一台计算机</translation>
    </message>
    <message>
        <source>Cannot make the folder {}: {}. Choose another folder for -o.</source>
        <translation>无法创建文件夹 {0}：{1}。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>{} is being captioned by {}.</source>
        <translation>{0} 正在被标注：{1}。</translation>
    </message>
    <message>
        <source>{} is being captioned by another run.</source>
        <translation>{0} 正由另一次运行标注。</translation>
    </message>
    <message>
        <source>{} is being captioned by another run that is about to begin.</source>
        <translation>{0} 正由即将开始的另一次运行标注。</translation>
    </message>
    <message>
        <source>{} is being captioned by process {} on {} (since {}).</source>
        <translation>{0} 正由进程 {1}（位于 {2}，自 {3} 起）标注。</translation>
    </message>
    <message>
        <source>{} was taken over by another run, because this one stood still for too long.</source>
        <translation>{0} 已由另一次运行接手，因为本次停滞过久。</translation>
    </message>
    <message>
        <source>{} holds captions of another video than {}. Choose another folder for -o, or --existing replace to write over them.</source>
        <translation>{0} 中是另一个视频的字幕，而不是 {1} 的。请将视频放到其他文件夹，或重命名该项目。</translation>
    </message>
    <message>
        <source>Cannot write {}: {}. {}</source>
        <translation>无法写入 {0}：{1}。{2}</translation>
    </message>
    <message>
        <source>Try another folder.</source>
        <translation>请换一个文件夹。</translation>
    </message>
    <message>
        <source>Make the folder first, or choose another.</source>
        <translation>请先创建该文件夹，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Change the folder&apos;s permissions, or choose another.</source>
        <translation>请更改文件夹的权限，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Free space, or choose another disk.</source>
        <translation>请腾出空间，或选择其他磁盘。</translation>
    </message>
    <message>
        <source>Choose a disk that takes files of this size.</source>
        <translation>请选择能容纳这么大文件的磁盘。</translation>
    </message>
    <message>
        <source>Cannot start {}: {}.</source>
        <translation>无法启动 {0}：{1}。</translation>
    </message>
    <message>
        <source>{} was cancelled.</source>
        <translation>{0} 已取消。</translation>
    </message>
    <message>
        <source>{} said nothing for {} s and was stopped.</source>
        <translation>{0} 在 {1} 秒内没有响应，已被终止。</translation>
    </message>
    <message>
        <source>{} was ended by signal {} ({}). {}</source>
        <translation>{0} 被信号 {1}（{2}）终止。{3}</translation>
    </message>
    <message>
        <source>{} failed with code {}. {}</source>
        <translation>{0} 失败，代码为 {1}。{2}</translation>
    </message>
    <message>
        <source>The command names no program.</source>
        <translation>命令中没有指定程序。</translation>
    </message>
    <message>
        <source>Cannot start {}: {}. Check its name and its permissions.</source>
        <translation>无法启动 {0}：{1}。请检查其名称和权限。</translation>
    </message>
    <message>
        <source>{} ran for longer than {} s and was ended.</source>
        <translation>{0} 运行超过 {1} 秒，已被终止。</translation>
    </message>
    <message>
        <source>{} was ended.</source>
        <translation>{0} 已被终止。</translation>
    </message>
    <message>
        <source>{} was ended by signal {} ({}).</source>
        <translation>{0} 被信号 {1}（{2}）终止。</translation>
    </message>
    <message>
        <source>{} failed with code {}.</source>
        <translation>{0} 失败，代码为 {1}。</translation>
    </message>
    <message>
        <source>The benchmark process cannot be pinned to its CPUs: they are not there or not allowed.</source>
        <translation>无法将测量进程绑定到其 CPU：它们不存在或不被允许。</translation>
    </message>
    <message>
        <source>The benchmark process</source>
        <translation>测量进程</translation>
    </message>
    <message>
        <source>The busy program</source>
        <translation>繁忙程序</translation>
    </message>
    <message>
        <source>{} has too few frames for {} pictures. Choose a longer clip or fewer pictures.</source>
        <translation>{0} 的帧数不足以取 {1} 张画面。请选择更长的片段或更少的画面。</translation>
    </message>
    <message>
        <source>A benchmark process sent a line that is no repetition.</source>
        <translation>测量进程发送了一行不是测量结果的内容。</translation>
    </message>
    <message>
        <source>Cannot open the clip {}: there is no such file, or no permission to read it. Check the name.</source>
        <translation>无法打开片段 {0}：没有此文件，或没有读取权限。请检查名称。</translation>
    </message>
    <message>
        <source>The file is not a benchmark report that this version of Sightline reads.</source>
        <translation>该文件不是此版本 Sightline 可读取的测量报告。</translation>
    </message>
    <message>
        <source>The file is not a benchmark report, or is damaged.</source>
        <translation>该文件不是测量报告，或已损坏。</translation>
    </message>
    <message>
        <source>&quot;{}&quot; is not a list of numbers from {} to {}. Write it as 1-4 or 1,2,8.</source>
        <translation>“{0}”不是 {1} 到 {2} 的数字列表。请写成 1-4 或 1,2,8。</translation>
    </message>
    <message>
        <source>The alert &quot;{}&quot; names no words. Write some, such as: dog, red car.</source>
        <translation>警报“{0}”没有词语。请写一些，例如：dog, red car。</translation>
    </message>
    <message>
        <source>The alert &quot;{}&quot; is too long. Make several alerts of it.</source>
        <translation>警报“{0}”过长。请拆成多个警报。</translation>
    </message>
    <message>
        <source>&quot;{}&quot; refers to one of its groups (\1), which alerts do not know. Write the expression without.</source>
        <translation>“{0}”引用了自身的分组 (\1)，警报不支持。请改写该表达式。</translation>
    </message>
    <message>
        <source>&quot;{}&quot; is no regular expression: {}. Correct it, or choose words.</source>
        <translation>“{0}”不是正则表达式：{1}。请更正，或改用词语。</translation>
    </message>
    <message>
        <source>The stored alerts cannot be read. Enter them anew.</source>
        <translation>无法读取已保存的警报。请重新输入。</translation>
    </message>
    <message>
        <source>Cannot write {}: {}. Edits are not safe from a crash until they can be; free space or save the project elsewhere.</source>
        <translation>无法写入 {0}：{1}。在此之前，修改在崩溃时可能丢失；请腾出空间，或将项目保存到其他位置。</translation>
    </message>
    <message>
        <source>{} is open in another window or program. Close it there first.</source>
        <translation>{0} 已在其他窗口或程序中打开。请先在该处关闭。</translation>
    </message>
    <message>
        <source>This is not a Sightline project. Choose a *.sightline file.</source>
        <translation>这不是 Sightline 项目。请选择 *.sightline 文件。</translation>
    </message>
    <message>
        <source>This project was saved by a later version of Sightline. Install that version to open it.</source>
        <translation>此项目由更新版本的 Sightline 保存。请安装该版本以打开。</translation>
    </message>
    <message>
        <source>This project is damaged or no Sightline project. Get an intact copy.</source>
        <translation>此项目已损坏，或不是 Sightline 项目。请获取完好的副本。</translation>
    </message>
    <message>
        <source>A change of cues does not fit the cues.</source>
        <translation>对字幕的一处更改与字幕不符。</translation>
    </message>
    <message>
        <source>A change of cues cannot be read.</source>
        <translation>无法读取对字幕的一处更改。</translation>
    </message>
    <message>
        <source>Cannot open {}: there is no such file, or no permission to read it. Check the name.</source>
        <translation>无法打开 {0}：没有此文件，或没有读取权限。请检查名称。</translation>
    </message>
    <message>
        <source>Edits of {} are kept in memory only: its folder cannot be written. Save the project elsewhere.</source>
        <translation>对 {0} 的修改只保存在内存中：无法写入其文件夹。请将项目保存到其他位置。</translation>
    </message>
    <message>
        <source>Cannot read {}: the disk or the network failed. Try again.</source>
        <translation>无法读取 {0}：磁盘或网络出错。请重试。</translation>
    </message>
    <message>
        <source>Cannot start the feed on port {}: {}. Choose another port from 1024 to 65535.</source>
        <translation>无法在端口 {0} 上启动推送：{1}。请选择 1024 到 65535 之间的其他端口。</translation>
    </message>
    <message>
        <source>another program uses it</source>
        <translation>其他程序正在使用它</translation>
    </message>
    <message>
        <source>you have no permission for it</source>
        <translation>您没有权限</translation>
    </message>
    <message>
        <source>the system refused</source>
        <translation>系统拒绝</translation>
    </message>
    <message>
        <source>Cannot make a token for the feed: the system gives no random numbers.</source>
        <translation>无法为推送生成令牌：系统没有提供随机数。</translation>
    </message>
    <message>
        <source>{} is damaged or cut short. Get an intact bundle.</source>
        <translation>{0} 已损坏或不完整。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>{} is damaged or made to do harm: {}. Get an intact bundle.</source>
        <translation>{0} 已损坏或含有恶意内容：{1}。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>Cannot open the model {}: there is no such file, or no permission to read it. Check the name.</source>
        <translation>无法打开模型 {0}：没有此文件，或没有读取权限。请检查名称。</translation>
    </message>
    <message>
        <source>{} is not a Sightline bundle. Choose a bundle such as sightline-base.pt.</source>
        <translation>{0} 不是 Sightline 模型包。请选择模型包，例如 sightline-base.pt。</translation>
    </message>
    <message>
        <source>{} is a PyTorch file but not a Sightline bundle: it has no manifest or no vocabulary. Choose a bundle such as sightline-base.pt.</source>
        <translation>{0} 是 PyTorch 文件，但不是 Sightline 模型包：没有清单或词表。请选择模型包，例如 sightline-base.pt。</translation>
    </message>
    <message>
        <source>{} is damaged or made to do harm: its manifest is too long. Get an intact bundle.</source>
        <translation>{0} 已损坏或含有恶意内容：清单过长。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>{} cannot be used. {}</source>
        <translation>无法使用 {0}。{1}</translation>
    </message>
    <message>
        <source>{} is damaged or made to do harm: its vocabulary is too long. Get an intact bundle.</source>
        <translation>{0} 已损坏或含有恶意内容：词表过长。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>it has no encoder</source>
        <translation>没有编码器</translation>
    </message>
    <message>
        <source>{} is damaged: its content does not match its manifest. Get an intact bundle.</source>
        <translation>{0} 已损坏：内容与清单不符。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>An empty picture cannot be captioned.</source>
        <translation>无法描述空画面。</translation>
    </message>
    <message>
        <source>The model {} does not run here: it is damaged, or made for another LibTorch or CPU. Get an intact bundle.</source>
        <translation>模型 {0} 无法在此运行：它已损坏，或是为其他 LibTorch 或 CPU 制作的。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>The model {} needs about {} MB of memory, {} MB are free. Close other programs or choose a smaller model.</source>
        <translation>模型 {0} 约需 {1} MB 内存，可用 {2} MB。请关闭其他程序，或选择较小的模型。</translation>
    </message>
    <message>
        <source>The model {} asks for more than {} MB of memory, far more than its size explains. Choose another model.</source>
        <translation>模型 {0} 要求超过 {1} MB 内存，远超其大小所需。请选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} made no caption within {} s of computing, far longer than its size explains. Choose another model.</source>
        <translation>模型 {0} 计算 {1} 秒仍未生成描述，远超其大小所需。请选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} made the process crash in which it was tried first. Get an intact bundle, or choose another model.</source>
        <translation>模型 {0} 在试运行时使进程崩溃。请获取完好的模型包，或选择其他模型。</translation>
    </message>
    <message>
        <source>The trial</source>
        <translation>试运行</translation>
    </message>
    <message>
        <source>The file is not a Sightline bundle: its manifest names another format.</source>
        <translation>该文件不是 Sightline 模型包：清单中是其他格式。</translation>
    </message>
    <message>
        <source>The bundle has format version {}, this program reads versions {} to {}. Use a bundle made for this program.</source>
        <translation>模型包的格式版本为 {0}，本程序可读取版本 {1} 到 {2}。请使用为本程序制作的模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s manifest is incomplete or damaged. Get an intact bundle.</source>
        <translation>模型包的清单不完整或已损坏。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s manifest names an unknown precision, or its texts are too long. Get an intact bundle.</source>
        <translation>模型包的清单中精度未知，或文字过长。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s manifest holds a number out of range. Get an intact bundle.</source>
        <translation>模型包的清单中有超出范围的数字。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>Cannot open the speech model {}: there is no such file. Install the program again.</source>
        <translation>无法打开人声检测模型 {0}：没有此文件。请重新安装程序。</translation>
    </message>
    <message>
        <source>{} cannot be loaded, which this needs: {} is not there, or libraries of its own are not. Install the program again.</source>
        <translation>此操作需要 {0}，但无法加载：{1} 不存在，或它所需的库不存在。请重新安装程序。</translation>
    </message>
    <message>
        <source>The bundle&apos;s vocabulary is damaged. Get an intact bundle.</source>
        <translation>模型包的词表已损坏。请获取完好的模型包。</translation>
    </message>
    <message>
        <source>its list of records is not where it says</source>
        <translation>其记录列表不在所述位置</translation>
    </message>
    <message>
        <source>it has more records than any model</source>
        <translation>其记录比任何模型都多</translation>
    </message>
    <message>
        <source>its list of records is damaged</source>
        <translation>其记录列表已损坏</translation>
    </message>
    <message>
        <source>a record has a name that no model has</source>
        <translation>某条记录的名称是任何模型都没有的</translation>
    </message>
    <message>
        <source>two of its records have the same name</source>
        <translation>有两条记录同名</translation>
    </message>
    <message>
        <source>a record is packed in a way that no model is</source>
        <translation>某条记录的压缩方式是任何模型都不用的</translation>
    </message>
    <message>
        <source>a record claims to be larger than the file</source>
        <translation>某条记录声称比文件还大</translation>
    </message>
    <message>
        <source>it would unpack to many times its size</source>
        <translation>解压后会是其大小的许多倍</translation>
    </message>
    <message>
        <source>its records lie in each other&apos;s place</source>
        <translation>其记录相互重叠</translation>
    </message>
    <message>
        <source>a record is not where its list says</source>
        <translation>某条记录不在列表所述位置</translation>
    </message>
    <message>
        <source>a record cannot be unpacked</source>
        <translation>某条记录无法解压</translation>
    </message>
    <message>
        <source>The pixel format is not supported. Convert the video to 8-bit 4:2:0.</source>
        <translation>不支持此像素格式。请将视频转换为 8 位 4:2:0。</translation>
    </message>
    <message>
        <source>The colours of this HDR or wide-gamut video cannot be converted.</source>
        <translation>无法转换此 HDR 或广色域视频的颜色。</translation>
    </message>
    <message>
        <source>Reading was cancelled.</source>
        <translation>读取已取消。</translation>
    </message>
    <message>
        <source>Opening was cancelled.</source>
        <translation>打开已取消。</translation>
    </message>
    <message>
        <source>End of the video.</source>
        <translation>视频已结束。</translation>
    </message>
    <message>
        <source>Cannot open {}: there is no such file. Check the name.</source>
        <translation>无法打开 {0}：没有此文件。请检查名称。</translation>
    </message>
    <message>
        <source>Cannot open {}: it is a folder. Name a file.</source>
        <translation>无法打开 {0}：这是文件夹。请指定文件。</translation>
    </message>
    <message>
        <source>Cannot open {}: no permission to read it. Change its permissions.</source>
        <translation>无法打开 {0}：没有读取权限。请更改其权限。</translation>
    </message>
    <message>
        <source>Cannot open {}: the file is empty, so it is not a video or picture. Get an intact copy.</source>
        <translation>无法打开 {0}：文件是空的，不是视频或图片。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot open {}: it is not a video or picture, or it is damaged or cut short. Get an intact copy.</source>
        <translation>无法打开 {0}：它不是视频或图片，或者已损坏或不完整。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot open {}: it is not a video, or it is damaged or cut short. Get an intact copy.</source>
        <translation>无法打开 {0}：它不是视频，或者已损坏或不完整。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot open {}: its streams are damaged. Get an intact copy.</source>
        <translation>无法打开 {0}：其中的数据流已损坏。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot open the video: no memory. Close other programs.</source>
        <translation>无法打开视频：内存不足。请关闭其他程序。</translation>
    </message>
    <message>
        <source>{} has no video stream. Choose a file with pictures.</source>
        <translation>{0} 中没有视频。请选择有画面的文件。</translation>
    </message>
    <message>
        <source>{} has no audio stream. Choose a file with sound.</source>
        <translation>{0} 中没有声音。请选择有声音的文件。</translation>
    </message>
    <message>
        <source>Cannot read {}: check that it is a file you may read.</source>
        <translation>无法读取 {0}：请检查它是否为您可以读取的文件。</translation>
    </message>
    <message>
        <source>Cannot read {}: it is damaged. Get an intact copy.</source>
        <translation>无法读取 {0}：文件已损坏。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot read {}: it is damaged or cut short. Get an intact copy.</source>
        <translation>无法读取 {0}：文件已损坏或不完整。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot read {}: it is encrypted (DRM). Get a copy without encryption.</source>
        <translation>无法读取 {0}：视频已加密（DRM）。请获取未加密的副本。</translation>
    </message>
    <message>
        <source>Cannot read {} from {} s on: it is encrypted (DRM). Get a copy without encryption.</source>
        <translation>从 {1} 秒起无法读取 {0}：视频已加密（DRM）。请获取未加密的副本。</translation>
    </message>
    <message>
        <source>Cannot read {}: no frame of it can be decoded. Get an intact copy.</source>
        <translation>无法读取 {0}：其中没有一帧可以解码。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot read {}: it is not a picture, or it is damaged or cut short. Get an intact copy.</source>
        <translation>无法读取 {0}：它不是图片，或者已损坏或不完整。请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot read {}: a picture of this kind is not supported here, or it is damaged. Convert it to JPEG.</source>
        <translation>无法读取 {0}：此处不支持这种图片，或者图片已损坏。请转换为 JPEG。</translation>
    </message>
    <message>
        <source>Cannot read {}: a HEIC or AVIF picture of this kind is not supported here. Convert it to JPEG.</source>
        <translation>无法读取 {0}：此处不支持这种 HEIC 或 AVIF 图片。请转换为 JPEG。</translation>
    </message>
    <message>
        <source>{} breaks off at {} s: it is damaged or cut short. What could be read was used; get an intact copy for the rest.</source>
        <translation>{0} 在 {1} 秒处中断：视频已损坏或不完整。已使用可读取的部分；其余部分请获取完好的副本。</translation>
    </message>
    <message>
        <source>Cannot show {}. {}</source>
        <translation>无法显示 {0}。{1}</translation>
    </message>
    <message>
        <source>Cannot seek in the audio of {}: the file cannot be read there. It plays silently.</source>
        <translation>无法在 {0} 的声音中跳转：文件在该处无法读取。将静音播放。</translation>
    </message>
    <message>
        <source>Cannot play audio at this speed: this FFmpeg has no filter for it. Play at normal speed.</source>
        <translation>无法以此速度播放声音：此 FFmpeg 没有相应的滤镜。请以正常速度播放。</translation>
    </message>
    <message>
        <source>Audio is not played at {} times its speed. Choose {} to {}.</source>
        <translation>声音不能以 {0} 倍速播放。请选择 {1} 到 {2}。</translation>
    </message>
    <message>
        <source>Cannot decode the video in {}: its codec ({}) is unknown here. Convert it to H.264.</source>
        <translation>无法解码 {0} 中的视频：此处不认识其编解码器（{1}）。请转换为 H.264。</translation>
    </message>
    <message>
        <source>Cannot decode the video in {}: its headers are damaged or ask for a picture too large. Get an intact copy.</source>
        <translation>无法解码 {0} 中的视频：文件头已损坏，或要求的画面过大。请获取完好的副本。</translation>
    </message>
    <message>
        <source>{} cannot be read any more: it was changed. Open it again.</source>
        <translation>{0} 无法继续读取：文件已被更改。请重新打开。</translation>
    </message>
    <message>
        <source>Cannot decode {}: its codec is unknown here. Convert it to H.264 and AAC first.</source>
        <translation>无法解码 {0}：此处不认识其编解码器。请先转换为 H.264 和 AAC。</translation>
    </message>
    <message>
        <source>Cannot decode {}: its headers are damaged. Get an intact copy.</source>
        <translation>无法解码 {0}：文件头已损坏。请获取完好的副本。</translation>
    </message>
    <message>
        <source>stream {} ({}, {})</source>
        <translation>数据流 {0}（{1}，{2}）</translation>
    </message>
    <message>
        <source>Cannot open {}: {}</source>
        <translation>无法打开 {0}：{1}</translation>
    </message>
    <message>
        <source>Cannot open {}: another program is using it. Close that program or choose another camera.</source>
        <translation>无法打开 {0}：其他程序正在使用它。请关闭该程序，或选择其他摄像头。</translation>
    </message>
    <message>
        <source>Cannot open {}: no permission. Add your user to the group &apos;video&apos; and log in again.</source>
        <translation>无法打开 {0}：没有权限。请将您的用户加入“video”组，然后重新登录。</translation>
    </message>
    <message>
        <source>Cannot open {}: it is not plugged in. Plug it in, or choose another camera.</source>
        <translation>无法打开 {0}：未连接。请连接它，或选择其他摄像头。</translation>
    </message>
    <message>
        <source>Cannot open {}: its driver gives no pictures. Plug it in again, at another USB port if more cameras share this one.</source>
        <translation>无法打开 {0}：驱动程序没有提供画面。请重新插拔；如有多个摄像头共用此 USB 端口，请换一个端口。</translation>
    </message>
    <message>
        <source>Cannot open camera {}: another program is using it. Close that program or choose another camera.</source>
        <translation>无法打开摄像头 {0}：其他程序正在使用它。请关闭该程序，或选择其他摄像头。</translation>
    </message>
    <message>
        <source>Cannot open camera {}: no permission. Add your user to the group &apos;video&apos; and log in again.</source>
        <translation>无法打开摄像头 {0}：没有权限。请将您的用户加入“video”组，然后重新登录。</translation>
    </message>
    <message>
        <source>Cannot open camera {}: it is not plugged in. Plug it in, or choose another camera.</source>
        <translation>无法打开摄像头 {0}：未连接。请连接它，或选择其他摄像头。</translation>
    </message>
    <message>
        <source>Cannot open camera {}: its driver gives no pictures. Plug it in again, at another USB port if more cameras share this one.</source>
        <translation>无法打开摄像头 {0}：驱动程序没有提供画面。请重新插拔；如有多个摄像头共用此 USB 端口，请换一个端口。</translation>
    </message>
    <message>
        <source>Cannot open camera {}: its driver hangs. Plug it in again.</source>
        <translation>无法打开摄像头 {0}：驱动程序没有响应。请重新插拔。</translation>
    </message>
    <message>
        <source>Cannot open camera {}: no camera has that name. Plug it in, or choose another.</source>
        <translation>无法打开摄像头 {0}：没有此名称的摄像头。请连接它，或选择其他摄像头。</translation>
    </message>
    <message>
        <source>camera {} sends no pictures any more: it may be unplugged, or its driver hangs. Plug it in again.</source>
        <translation>摄像头 {0} 不再发送画面：可能已被拔出，或驱动程序没有响应。请重新插拔。</translation>
    </message>
    <message>
        <source>camera {} is gone: it was unplugged or its driver failed. Plug it in again.</source>
        <translation>摄像头 {0} 已断开：它被拔出，或驱动程序出错。请重新插拔。</translation>
    </message>
    <message>
        <source>Cannot open {}: its driver hangs. Plug it in again.</source>
        <translation>无法打开 {0}：驱动程序没有响应。请重新插拔摄像头。</translation>
    </message>
    <message>
        <source>Cannot open {}: no camera has that name. Plug it in, or choose another.</source>
        <translation>无法打开 {0}：没有此名称的摄像头。请连接它，或选择其他摄像头。</translation>
    </message>
    <message>
        <source>Cannot open {}: {} is no camera. Choose another.</source>
        <translation>无法打开 {0}：{1} 不是摄像头。请选择其他的。</translation>
    </message>
    <message>
        <source>Cannot open {}: {} gives no pictures; a camera&apos;s second node is for its metadata. Choose the other one.</source>
        <translation>无法打开 {0}：{1} 不提供画面；摄像头的第二个设备节点用于元数据。请选择另一个。</translation>
    </message>
    <message>
        <source>Cannot open {}: it only sends {}, which is not supported here. Choose another camera.</source>
        <translation>无法打开 {0}：它只发送 {1}，此处不支持。请选择其他摄像头。</translation>
    </message>
    <message>
        <source>{} sends no pictures any more: it may be unplugged, or its driver hangs. Plug it in again.</source>
        <translation>{0} 不再发送画面：可能已被拔出，或驱动程序没有响应。请重新插拔。</translation>
    </message>
    <message>
        <source>{} is gone: it was unplugged or its driver failed. Plug it in again.</source>
        <translation>{0} 已断开：它被拔出，或驱动程序出错。请重新插拔。</translation>
    </message>
    <message>
        <source>A live source cannot be sought.</source>
        <translation>实时来源无法跳转。</translation>
    </message>
    <message>
        <source>{} cannot be watched: it was closed or minimized, or there is no X display. Bring it up, or choose another; on Wayland only windows of X programs can be watched.</source>
        <translation>无法观看 {0}：它已关闭或最小化，或者没有 X 显示。请将其显示出来，或选择其他窗口；在 Wayland 下只能观看 X 程序的窗口。</translation>
    </message>
    <message>
        <source>Window {} cannot be watched: it was closed or minimized, or there is no X display. Bring it up, or choose another; on Wayland only windows of X programs can be watched.</source>
        <translation>无法观看窗口 {0}：它已关闭或最小化，或者没有 X 显示。请将其显示出来，或选择其他窗口；在 Wayland 下只能观看 X 程序的窗口。</translation>
    </message>
    <message>
        <source>Window {} shows nothing now: it was closed or minimized.</source>
        <translation>窗口 {0} 现在没有画面：它已关闭或最小化。</translation>
    </message>
    <message>
        <source>Cannot watch the screen: there is no X display, or the area is not on it. Check DISPLAY and the area; Wayland&apos;s screens cannot be watched.</source>
        <translation>无法观看屏幕：没有 X 显示，或者区域不在其上。请检查 DISPLAY 和区域；无法观看 Wayland 的屏幕。</translation>
    </message>
    <message>
        <source>Cannot watch screen {}: there is no X display, or the area is not on it. Check DISPLAY and the area; Wayland&apos;s screens cannot be watched.</source>
        <translation>无法观看屏幕 {0}：没有 X 显示，或者区域不在其上。请检查 DISPLAY 和区域；无法观看 Wayland 的屏幕。</translation>
    </message>
    <message>
        <source>Cannot watch {}: there is no X display, or the area is not on it. Check DISPLAY and the area; Wayland&apos;s screens cannot be watched.</source>
        <translation>无法观看 {0}：没有 X 显示，或者区域不在其上。请检查 DISPLAY 和区域；无法观看 Wayland 的屏幕。</translation>
    </message>
    <message>
        <source>Cannot open {}: nothing listens there. Check address and port, and that the camera or server runs.</source>
        <translation>无法打开 {0}：该处没有服务。请检查地址和端口，以及摄像头或服务器是否在运行。</translation>
    </message>
    <message>
        <source>Cannot open {}: no answer within {} s. Check the address and the network.</source>
        <translation>无法打开 {0}：{1} 秒内没有应答。请检查地址和网络。</translation>
    </message>
    <message>
        <source>Cannot open {}: the network does not lead there. Check the address and the network.</source>
        <translation>无法打开 {0}：网络无法到达该处。请检查地址和网络。</translation>
    </message>
    <message>
        <source>Cannot open {}: it asks for a user name and password, or refuses them. Write them as rtsp://name:password@host/.</source>
        <translation>无法打开 {0}：它要求用户名和密码，或拒绝了它们。请写成 rtsp://用户名:密码@主机/。</translation>
    </message>
    <message>
        <source>Cannot open {}: the server knows no such address. Check the part after the host&apos;s name.</source>
        <translation>无法打开 {0}：服务器不认识此地址。请检查主机名之后的部分。</translation>
    </message>
    <message>
        <source>Cannot open {}: the protocol is not known here. Use rtsp: or http:.</source>
        <translation>无法打开 {0}：此处不认识该协议。请使用 rtsp: 或 http:。</translation>
    </message>
    <message>
        <source>Cannot open {}: what comes from there is no video. Check that the address is that of the stream and not of a web page.</source>
        <translation>无法打开 {0}：从该处收到的不是视频。请检查地址是否为流的地址，而不是网页的地址。</translation>
    </message>
    <message>
        <source>Cannot open {}: the host&apos;s name is not known, or the connection broke. Check the address and the network.</source>
        <translation>无法打开 {0}：主机名未知，或连接已中断。请检查地址和网络。</translation>
    </message>
    <message>
        <source>End of the stream.</source>
        <translation>流已结束。</translation>
    </message>
    <message>
        <source>{} shows nothing now: it was closed or minimized.</source>
        <translation>{0} 现在没有画面：它已关闭或最小化。</translation>
    </message>
    <message>
        <source>{} can be watched no more: the display was closed.</source>
        <translation>无法继续观看 {0}：显示已关闭。</translation>
    </message>
    <message>
        <source>{} sends no pictures any more. Check the camera or server and the network.</source>
        <translation>{0} 不再发送画面。请检查摄像头或服务器以及网络。</translation>
    </message>
    <message>
        <source>The connection to {} broke. Check the camera or server and the network.</source>
        <translation>与 {0} 的连接已中断。请检查摄像头或服务器以及网络。</translation>
    </message>
    <message>
        <source>Cannot watch the screen: this FFmpeg has no x11grab. Install the distribution&apos;s own FFmpeg.</source>
        <translation>无法观看屏幕：此 FFmpeg 没有 x11grab。请安装发行版自带的 FFmpeg。</translation>
    </message>
    <message>
        <source>Cannot open {}: it has no video. Check the address.</source>
        <translation>无法打开 {0}：其中没有视频。请检查地址。</translation>
    </message>
    <message>
        <source>Cannot open {}: its video codec is unknown here. Let the camera send H.264 or MJPEG.</source>
        <translation>无法打开 {0}：此处不认识其视频编解码器。请让摄像头发送 H.264 或 MJPEG。</translation>
    </message>
    <message>
        <source>Cannot open {}: no whole picture of it came, or it cannot be decoded. Check that the camera sends video, with a keyframe every few seconds.</source>
        <translation>无法打开 {0}：没有收到完整的画面，或画面无法解码。请检查摄像头是否在发送视频，并且每隔几秒有一个关键帧。</translation>
    </message>
    <message>
        <source>Cannot open the source: its kind is not known.</source>
        <translation>无法打开来源：类型未知。</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>它是空的</translation>
    </message>
    <message>
        <source>Cannot open {}: GStreamer cannot make this pipeline: {}. Try it with gst-launch-1.0.</source>
        <translation>无法打开 {0}：GStreamer 无法建立此管道：{1}。请用 gst-launch-1.0 试一试。</translation>
    </message>
    <message>
        <source>Cannot open {}: its appsink is called {}. Leave its name away.</source>
        <translation>无法打开 {0}：其 appsink 名为 {1}。请去掉该名称。</translation>
    </message>
    <message>
        <source>Cannot open {}: the pipeline does not run{} Check what it reads from.</source>
        <translation>无法打开 {0}：管道无法运行{1} 请检查它从何处读取。</translation>
    </message>
    <message>
        <source>{} failed: {} Check what it reads from.</source>
        <translation>{0} 失败：{1} 请检查它从何处读取。</translation>
    </message>
    <message>
        <source>End of the pipeline.</source>
        <translation>管道已结束。</translation>
    </message>
    <message>
        <source>Cannot open {}: this OpenCV was built without GStreamer. Install the distribution&apos;s own OpenCV.</source>
        <translation>无法打开 {0}：此 OpenCV 编译时未包含 GStreamer。请安装发行版自带的 OpenCV。</translation>
    </message>
    <message>
        <source>{} gives no pictures any more. Check what it reads from.</source>
        <translation>{0} 不再提供画面。请检查它从何处读取。</translation>
    </message>
    <message>
        <source>Cannot open {}: no picture came within {} s. Check what it reads from.</source>
        <translation>无法打开 {0}：{1} 秒内没有收到画面。请检查它从何处读取。</translation>
    </message>
    <message>
        <source>Cannot watch the screen: &quot;{}&quot; names no area of it. Write screen:, screen:/640x480+100+50 or screen:/window=0x1a00003.</source>
        <translation>无法观看屏幕：“{0}”不是屏幕上的区域。请写成 screen:、screen:/640x480+100+50 或 screen:/window=0x1a00003。</translation>
    </message>
    <message>
        <source>Cannot watch the screen: the area is empty. Give it a width and a height.</source>
        <translation>无法观看屏幕：区域是空的。请给出宽度和高度。</translation>
    </message>
    <message>
        <source>Cannot watch the window: that is no window&apos;s number. xwininfo tells it.</source>
        <translation>无法观看窗口：这不是窗口编号。可用 xwininfo 查看。</translation>
    </message>
    <message>
        <source>No source is named. Name a camera, an address, the screen or a file.</source>
        <translation>没有指定来源。请指定摄像头、地址、屏幕或文件。</translation>
    </message>
    <message>
        <source>Cannot watch the pipeline: it is empty. Write it as for gst-launch-1.0, such as gst:videotestsrc is-live=true.</source>
        <translation>无法观看管道：它是空的。请按 gst-launch-1.0 的写法，例如 gst:videotestsrc is-live=true。</translation>
    </message>
    <message>
        <source>No file is named. Write its path after file:.</source>
        <translation>没有指定文件。请将路径写在 file: 之后。</translation>
    </message>
    <message>
        <source>Cannot encode the audio as AAC. Convert the video&apos;s audio to AAC first.</source>
        <translation>无法将声音编码为 AAC。请先将视频的声音转换为 AAC。</translation>
    </message>
    <message>
        <source>Cannot decode {} of {}, its only sound: its codec is unknown here. Convert it to AAC first.</source>
        <translation>无法解码 {1} 唯一的声音（{0}）：此处不认识其编解码器。请先转换为 AAC。</translation>
    </message>
    <message>
        <source>Cannot draw captions: no memory. Close other programs.</source>
        <translation>无法绘制字幕：内存不足。请关闭其他程序。</translation>
    </message>
    <message>
        <source>Cannot write {}: videos whose picture is changed are .mp4 or .mkv files. Choose a name that ends in .mp4.</source>
        <translation>无法写入 {0}：画面有改动的视频须为 .mp4 或 .mkv 文件。请选择以 .mp4 结尾的名称。</translation>
    </message>
    <message>
        <source>Cannot draw captions: this FFmpeg was built without libass. Install one with libass.</source>
        <translation>无法绘制字幕：此 FFmpeg 编译时未包含 libass。请安装带 libass 的版本。</translation>
    </message>
    <message>
        <source>Cannot draw captions: the subtitles are not in ASS format, or the picture is of an unknown kind. Export the captions as ASS again.</source>
        <translation>无法绘制字幕：字幕不是 ASS 格式，或画面类型未知。请将字幕重新导出为 ASS。</translation>
    </message>
    <message>
        <source>Cannot draw captions: no font is installed. Install the package {}.</source>
        <translation>无法绘制字幕：没有安装字体。请安装软件包 {0}。</translation>
    </message>
    <message>
        <source>Cannot draw captions: no font with the letter U+{} is installed. Install the package {}.</source>
        <translation>无法绘制字幕：没有安装含字符 U+{0} 的字体。请安装软件包 {1}。</translation>
    </message>
    <message>
        <source>Cannot draw captions: no temporary file can be written in {}. Free space there, or set TMPDIR to another folder.</source>
        <translation>无法绘制字幕：无法在 {0} 中写入临时文件。请在该处腾出空间，或将 TMPDIR 设为其他文件夹。</translation>
    </message>
    <message>
        <source>Cannot draw captions. Report the video that shows this.</source>
        <translation>无法绘制字幕。请报告出现此问题的视频。</translation>
    </message>
    <message>
        <source>Cannot hear the sound as {}: this FFmpeg does not decode it. Install the distribution&apos;s own FFmpeg.</source>
        <translation>无法以 {0} 试听声音：此 FFmpeg 不能解码它。请安装发行版自带的 FFmpeg。</translation>
    </message>
    <message>
        <source>Cannot write the video: no memory. Close other programs.</source>
        <translation>无法写入视频：内存不足。请关闭其他程序。</translation>
    </message>
    <message>
        <source>Cannot write {}: files of kind &quot;{}&quot; hold no text subtitles. Choose a name that ends in .mkv.</source>
        <translation>无法写入 {0}：“{1}”类型的文件不能包含文本字幕。请选择以 .mkv 结尾的名称。</translation>
    </message>
    <message>
        <source>Cannot write a {} file with these streams. Choose .mkv.</source>
        <translation>无法写入含这些数据流的 {0} 文件。请选择 .mkv。</translation>
    </message>
    <message>
        <source>Cannot write this video as {}: its streams do not fit. Choose .mkv, or repair the video first.</source>
        <translation>无法将此视频写为 {0}：其数据流不适合。请选择 .mkv，或先修复视频。</translation>
    </message>
    <message>
        <source>Writing was cancelled.</source>
        <translation>写入已取消。</translation>
    </message>
    <message>
        <source>Cannot copy {}: no kind of file that takes captions keeps {} together with the rest. Convert the video first, or have the captions drawn into its picture.</source>
        <translation>无法复制 {0}：没有一种可含字幕的文件能把 {1} 与其余内容一起保留。请先转换视频，或将字幕绘入画面。</translation>
    </message>
    <message>
        <source>Cannot copy {}: no kind of file that takes captions keeps the rotation of {} together with the rest. Convert the video first, or have the captions drawn into its picture.</source>
        <translation>无法复制 {0}：没有一种可含字幕的文件能把 {1} 的旋转与其余内容一起保留。请先转换视频，或将字幕绘入画面。</translation>
    </message>
    <message>
        <source>Cannot keep {} of {} in a {} file. Choose a name that ends in {}.</source>
        <translation>{2} 文件无法保留 {1} 的 {0}。请选择以 {3} 结尾的名称。</translation>
    </message>
    <message>
        <source>Cannot keep the rotation of {} of {} in a {} file. Choose a name that ends in {}.</source>
        <translation>{2} 文件无法保留 {1} 的 {0} 的旋转。请选择以 {3} 结尾的名称。</translation>
    </message>
    <message>
        <source>Cannot keep {} of {} in a {} file. Choose another kind of file, or allow such streams to be left out.</source>
        <translation>{2} 文件无法保留 {1} 的 {0}。请选择其他文件类型，或允许略去此类数据流。</translation>
    </message>
    <message>
        <source>Cannot encode with preset &quot;{}&quot;: there is none of that name. Choose one of &quot;{}&quot;.</source>
        <translation>无法使用预设“{0}”编码：没有此名称的预设。请选择“{1}”之一。</translation>
    </message>
    <message>
        <source>Cannot encode the video: this FFmpeg was built without x264. Install one with libx264.</source>
        <translation>无法编码视频：此 FFmpeg 编译时未包含 x264。请安装带 libx264 的版本。</translation>
    </message>
    <message>
        <source>Cannot encode {}x{} pictures as H.264. Choose a smaller video.</source>
        <translation>无法将 {0}x{1} 的画面编码为 H.264。请选择较小的视频。</translation>
    </message>
    <message>
        <source>Cannot encode the video. Choose another preset.</source>
        <translation>无法编码视频。请选择其他预设。</translation>
    </message>
    <message>
        <source>Cannot write {}: it exists. Choose another name, or allow it to be replaced.</source>
        <translation>无法写入 {0}：文件已存在。请选择其他名称，或允许替换它。</translation>
    </message>
    <message>
        <source>Cannot write {}: it is the video that is read. Choose another name.</source>
        <translation>无法写入 {0}：它正是所读取的视频。请选择其他名称。</translation>
    </message>
    <message>
        <source>Cannot write {}: it is a folder or a device. Choose another name.</source>
        <translation>无法写入 {0}：它是文件夹或设备。请选择其他名称。</translation>
    </message>
    <message>
        <source>Cannot write {}: a snapshot is a PNG or JPEG file. Choose a name that ends in .png or .jpg.</source>
        <translation>无法写入 {0}：快照须为 PNG 或 JPEG 文件。请选择以 .png 或 .jpg 结尾的名称。</translation>
    </message>
    <message>
        <source>Cannot write {}: the picture cannot be encoded.</source>
        <translation>无法写入 {0}：画面无法编码。</translation>
    </message>
    <message>
        <source>Cannot encode the sound as {}. Choose another kind of file.</source>
        <translation>无法将声音编码为 {0}。请选择其他文件类型。</translation>
    </message>
    <message>
        <source>Cannot code the sound: there is no memory left. Close other programs.</source>
        <translation>无法编码声音：内存不足。请关闭其他程序。</translation>
    </message>
    <message>
        <source>Cannot write {}: sound is written as .wav, .flac or .opus.</source>
        <translation>无法写入 {0}：声音须写为 .wav、.flac 或 .opus。</translation>
    </message>
    <message>
        <source>Cannot write the subtitles: no memory. Close other programs.</source>
        <translation>无法写入字幕：内存不足。请关闭其他程序。</translation>
    </message>
    <message>
        <source>Cannot record: this FFmpeg was built without x264. Install one with libx264.</source>
        <translation>无法录制：此 FFmpeg 编译时未包含 x264。请安装带 libx264 的版本。</translation>
    </message>
    <message>
        <source>Cannot record: pictures of {}x{} cannot be encoded. Choose another size.</source>
        <translation>无法录制：无法编码 {0}x{1} 的画面。请选择其他尺寸。</translation>
    </message>
    <message>
        <source>Cannot record: there is no memory for a picture. Close other programs.</source>
        <translation>无法录制：没有足够的内存存放画面。请关闭其他程序。</translation>
    </message>
    <message>
        <source>Cannot record: there is no memory for a caption. Close other programs.</source>
        <translation>无法录制：没有足够的内存存放描述。请关闭其他程序。</translation>
    </message>
    <message>
        <source>Cannot record to {}: only Matroska files survive a crash. Choose a name that ends in .mkv.</source>
        <translation>无法录制到 {0}：只有 Matroska 文件能在崩溃后保留。请选择以 .mkv 结尾的名称。</translation>
    </message>
    <message>
        <source>Cannot record to {}: it exists. Choose another name.</source>
        <translation>无法录制到 {0}：文件已存在。请选择其他名称。</translation>
    </message>
    <message>
        <source>Cannot read {}: it is not a recording, or its beginning is damaged.</source>
        <translation>无法读取 {0}：它不是录制文件，或开头已损坏。</translation>
    </message>
    <message>
        <source>Cannot read {}: no picture is in it.</source>
        <translation>无法读取 {0}：其中没有画面。</translation>
    </message>
    <message>
        <source>A picture could not be encoded. Start the recording again.</source>
        <translation>有一帧画面无法编码。请重新开始录制。</translation>
    </message>
    <message>
        <source>The voice does not speak: {} Try the command of --voice by hand.</source>
        <translation>语音无法朗读：{0}请手动试运行该语音命令。</translation>
    </message>
    <message>
        <source>The voice does not speak: {} wrote no sound to {{output}}. Try the command of --voice by hand.</source>
        <translation>语音无法朗读：{0} 没有向 {{output}} 写入声音。请手动试运行该语音命令。</translation>
    </message>
    <message>
        <source>The voice does not speak: {} wrote only a part of the sound to {{output}}. Check that {} has room, and try the command of --voice by hand.</source>
        <translation>语音无法朗读：{0} 只向 {{output}} 写入了部分声音。请检查 {1} 是否有空间，并手动试运行该语音命令。</translation>
    </message>
    <message>
        <source>The voice does not speak: what {} wrote to {{output}} is no sound. Try the command of --voice by hand.</source>
        <translation>语音无法朗读：{0} 写入 {{output}} 的不是声音。请手动试运行该语音命令。</translation>
    </message>
    <message>
        <source>The command of a voice must name a program, and say with {{output}} where it writes the sound: command:piper --model en.onnx --output_file {{output}}</source>
        <translation>语音命令必须指定程序，并用 {{output}} 说明声音写入何处：command:piper --model en.onnx --output_file {{output}}</translation>
    </message>
    <message>
        <source>Speaking was cancelled.</source>
        <translation>朗读已取消。</translation>
    </message>
    <message>
        <source>The voice espeak:{} cannot say &quot;{}&quot;. Choose another voice.</source>
        <translation>语音 espeak:{0} 无法朗读“{1}”。请选择其他语音。</translation>
    </message>
    <message>
        <source>There is no voice: eSpeak NG&apos;s data is not installed. Install the package espeak-ng-data, or name a program with --voice command:...</source>
        <translation>没有语音：未安装 eSpeak NG 的数据。请安装软件包 espeak-ng-data，或以 command:... 指定一个程序作为语音。</translation>
    </message>
    <message>
        <source>eSpeak NG has no voice for {}. Choose one of `espeak-ng --voices`, as espeak:en.</source>
        <translation>eSpeak NG 没有 {0} 的语音。请从 `espeak-ng --voices` 中选择，例如 espeak:en。</translation>
    </message>
    <message>
        <source>Reading was interrupted.</source>
        <translation>读取已中断。</translation>
    </message>
    <message>
        <source>Measuring the loudness was cancelled.</source>
        <translation>测量响度已取消。</translation>
    </message>
    <message>
        <source>The sound is too loud behind the codec.</source>
        <translation>编码后的声音过大。</translation>
    </message>
    <message>
        <source>Cannot make a folder in {}: {}. Set TMPDIR to a folder with room.</source>
        <translation>无法在 {0} 中创建文件夹：{1}。请将 TMPDIR 设为有空间的文件夹。</translation>
    </message>
    <message>
        <source>Looking for speech was cancelled.</source>
        <translation>查找人声已取消。</translation>
    </message>
    <message>
        <source>There is no voice {}. Write espeak:en for the built-in one, or command:PROGRAM ... {{output}} for a program.</source>
        <translation>没有语音 {0}。请写 espeak:en 使用内置语音，或写 command:程序 ... {{output}} 使用程序。</translation>
    </message>
    <message>
        <source>The voice {} says nothing. Choose another one.</source>
        <translation>语音 {0} 没有发声。请选择其他语音。</translation>
    </message>
    <message>
        <source>Annotating was cancelled.</source>
        <translation>标注已取消。</translation>
    </message>
    <message>
        <source>There is no audio.</source>
        <translation>没有声音。</translation>
    </message>
    <message>
        <source>The search for other captions was cancelled.</source>
        <translation>查找其他描述已取消。</translation>
    </message>
    <message>
        <source>Captioning was cancelled.</source>
        <translation>生成描述已取消。</translation>
    </message>
    <message>
        <source>Cannot record to {}: {} exists. Choose another name.</source>
        <translation>无法录制到 {0}：{1} 已存在。请选择其他名称。</translation>
    </message>
    <message>
        <source>Nothing was recorded: no picture came. Check the source.</source>
        <translation>没有录制任何内容：没有收到画面。请检查来源。</translation>
    </message>
    <message>
        <source>It is not text in any known encoding. Choose a caption file, or save it as UTF-8.</source>
        <translation>它不是任何已知编码的文本。请选择字幕文件，或将其另存为 UTF-8。</translation>
    </message>
    <message>
        <source>Line {}: {}</source>
        <translation>第 {0} 行：{1}</translation>
    </message>
    <message>
        <source>Line {} is not UTF-8. Save the file as UTF-8.</source>
        <translation>第 {0} 行不是 UTF-8。请将文件另存为 UTF-8。</translation>
    </message>
    <message>
        <source>Line {} is not JSON. Correct it or get an intact file.</source>
        <translation>第 {0} 行不是 JSON。请更正，或获取完好的文件。</translation>
    </message>
    <message>
        <source>Line {} is not well-formed XML. Correct it or get an intact file.</source>
        <translation>第 {0} 行不是格式正确的 XML。请更正，或获取完好的文件。</translation>
    </message>
    <message>
        <source>Line {} nests too deep for a caption file. Choose another file.</source>
        <translation>第 {0} 行的嵌套对字幕文件来说过深。请选择其他文件。</translation>
    </message>
    <message>
        <source>Line {} names no Start, End or Text column. Add the missing name to the Format line.</source>
        <translation>第 {0} 行没有 Start、End 或 Text 列。请在 Format 行中补上缺少的名称。</translation>
    </message>
    <message>
        <source>Line {} starts no SubStation Alpha file: there is neither a [Script Info] nor an [Events] section. Choose a caption file.</source>
        <translation>第 {0} 行不是 SubStation Alpha 文件的开头：既没有 [Script Info] 也没有 [Events] 部分。请选择字幕文件。</translation>
    </message>
    <message>
        <source>Line {} names no columns start, end and text. Add a header row with these names.</source>
        <translation>第 {0} 行没有 start、end 和 text 列。请添加含这些名称的标题行。</translation>
    </message>
    <message>
        <source>Line {} opens a quote that is never closed. Close it or get an intact file.</source>
        <translation>第 {0} 行的引号没有闭合。请补上，或获取完好的文件。</translation>
    </message>
    <message>
        <source>Line {} starts a document of &lt;{}&gt;, not of &lt;{}&gt;. Choose an ELAN file.</source>
        <translation>第 {0} 行开始的是 &lt;{1}&gt; 文档，而不是 &lt;{2}&gt;。请选择 ELAN 文件。</translation>
    </message>
    <message>
        <source>Line {} starts a document of &lt;{}&gt;, not of &lt;tt&gt;. Choose a TTML file.</source>
        <translation>第 {0} 行开始的是 &lt;{1}&gt; 文档，而不是 &lt;tt&gt;。请选择 TTML 文件。</translation>
    </message>
    <message>
        <source>Line {} starts no SubRip file: there are no times of the form 00:00:01,000 --&gt; 00:00:02,000. Choose a caption file.</source>
        <translation>第 {0} 行不是 SubRip 文件的开头：没有 00:00:01,000 --&gt; 00:00:02,000 形式的时间。请选择字幕文件。</translation>
    </message>
    <message>
        <source>Line {} does not start with WEBVTT. Choose a WebVTT file, or add that line.</source>
        <translation>第 {0} 行不以 WEBVTT 开头。请选择 WebVTT 文件，或添加该行。</translation>
    </message>
    <message>
        <source>It holds something other than the captions of videos.</source>
        <translation>其中不是视频的字幕。</translation>
    </message>
    <message>
        <source>Its values nest too deep for a caption file. Choose another file.</source>
        <translation>其数值嵌套对字幕文件来说过深。请选择其他文件。</translation>
    </message>
    <message>
        <source>It is not JSON that can be read. Get an intact file.</source>
        <translation>它不是可读取的 JSON。请获取完好的文件。</translation>
    </message>
    <message>
        <source>Its times are in {}, and only milliseconds can be read. Save it with ELAN 4 or later.</source>
        <translation>其时间单位为 {0}，只能读取毫秒。请用 ELAN 4 或更高版本保存。</translation>
    </message>
    <message>
        <source>It holds the captions of no video. Choose another file.</source>
        <translation>其中没有任何视频的字幕。请选择其他文件。</translation>
    </message>
    <message>
        <source>The file holds the captions of {} videos; those of {} were read.</source>
        <translation>文件中有 {0} 个视频的字幕；读取了 {1} 的字幕。</translation>
    </message>
    <message>
        <source>It holds the captions of other videos than {}: {}. Call the video as the file does, or choose another file.</source>
        <translation>其中是 {0} 以外的视频的字幕：{1}。请按文件中的名称命名视频，或选择其他文件。</translation>
    </message>
    <message>
        <source>It holds the captions of other videos than {}: {} and {} more. Call the video as the file does, or choose another file.</source>
        <translation>其中是 {0} 以外的视频的字幕：{1} 以及另外 {2} 个。请按文件中的名称命名视频，或选择其他文件。</translation>
    </message>
    <message>
        <source>It has no captions of the form {}. Choose such a file.</source>
        <translation>其中没有 {0} 形式的字幕。请选择这样的文件。</translation>
    </message>
    <message>
        <source>&quot;timestamps&quot;: [[0.0, 1.5], ...] and &quot;sentences&quot;: [&quot;...&quot;, ...]</source>
        <translation>&quot;timestamps&quot;: [[0.0, 1.5], ...] 和 &quot;sentences&quot;: [&quot;...&quot;, ...]</translation>
    </message>
    <message>
        <source>It has {} timestamps for {} sentences, so it is not known which belong together. Get an intact file.</source>
        <translation>其中有 {0} 个时间而有 {1} 个句子，无法得知如何对应。请获取完好的文件。</translation>
    </message>
    <message>
        <source>Cannot read {}: it has {} MB, more than any caption file. Choose a caption file.</source>
        <translation>无法读取 {0}：它有 {1} MB，超过任何字幕文件。请选择字幕文件。</translation>
    </message>
    <message>
        <source>Cannot read {}: {}</source>
        <translation>无法读取 {0}：{1}</translation>
    </message>
    <message>
        <source>it is no caption file. Choose one of these kinds: {}.</source>
        <translation>它不是字幕文件。请选择以下类型之一：{0}。</translation>
    </message>
    <message>
        <source>It holds bytes that are no {} text; {} stands for them. Correct the line.</source>
        <translation>其中有不是 {0} 文本的字节，以 {1} 代替。请更正该行。</translation>
    </message>
    <message>
        <source>None of the {} cues can be read; the first: {} Correct it or get an intact file.</source>
        <translation>{0} 条字幕都无法读取；第一条：{1}请更正，或获取完好的文件。</translation>
    </message>
    <message>
        <source>The cue {}; it is left out.</source>
        <translation>已略去一条字幕：{0}。</translation>
    </message>
    <message>
        <source>The cue has a time beyond 100,000 hours; it is left out.</source>
        <translation>该字幕的时间超过 100,000 小时；已略去。</translation>
    </message>
    <message>
        <source>The cue ends at {} s before it starts at {} s; it is left out.</source>
        <translation>该字幕在 {0} 秒结束，早于其开始的 {1} 秒；已略去。</translation>
    </message>
    <message>
        <source>The cue at {} s lies before the start of the video; it is left out.</source>
        <translation>位于 {0} 秒的字幕在视频开始之前；已略去。</translation>
    </message>
    <message>
        <source>The cue has no times of the form 0:00:01.00,0:00:02.00 or lacks fields; it is left out.</source>
        <translation>该字幕没有 0:00:01.00,0:00:02.00 形式的时间，或缺少字段；已略去。</translation>
    </message>
    <message>
        <source>The cue has no two times in seconds or no text; it is left out.</source>
        <translation>该字幕没有两个以秒为单位的时间，或没有文字；已略去。</translation>
    </message>
    <message>
        <source>The cue has no start or no end in TIME_ORDER; it is left out.</source>
        <translation>该字幕在 TIME_ORDER 中没有开始或结束时间；已略去。</translation>
    </message>
    <message>
        <source>The cue number {} is not two times in seconds and a text; it is left out.</source>
        <translation>第 {0} 条字幕不是两个以秒为单位的时间和一段文字；已略去。</translation>
    </message>
    <message>
        <source>The cue number {} is not two times and a text; it is left out.</source>
        <translation>第 {0} 条字幕不是两个时间和一段文字；已略去。</translation>
    </message>
    <message>
        <source>The cue has no times of the form 00:00:01,000 --&gt; 00:00:02,000; it is left out.</source>
        <translation>该字幕没有 00:00:01,000 --&gt; 00:00:02,000 形式的时间；已略去。</translation>
    </message>
    <message>
        <source>The cue has a time that TTML does not know; it is left out.</source>
        <translation>该字幕的时间不是 TTML 的写法；已略去。</translation>
    </message>
    <message>
        <source>The cue has no end; it is left out.</source>
        <translation>该字幕没有结束时间；已略去。</translation>
    </message>
    <message>
        <source>The cue has no times of the form 00:00:01.000 --&gt; 00:00:02.000; it is left out.</source>
        <translation>该字幕没有 00:00:01.000 --&gt; 00:00:02.000 形式的时间；已略去。</translation>
    </message>
    <message>
        <source>The cue has no JSON object with a &quot;text&quot;; it is left out.</source>
        <translation>该字幕没有含“text”的 JSON 对象；已略去。</translation>
    </message>
    <message>
        <source>The row has more fields than the header; they are not read.</source>
        <translation>该行的字段比标题行多；多出的不读取。</translation>
    </message>
    <message>
        <source>The file has tiers that refer to others; the captions are those of the tier &quot;{}&quot;. To read another, name it &quot;{}&quot; in ELAN.</source>
        <translation>文件中有引用其他层的层；字幕取自层“{0}”。要读取其他层，请在 ELAN 中将其命名为“{1}”。</translation>
    </message>
    <message>
        <source>The file has tiers that refer to others; not read was the tier &quot;{}&quot;. To read another, name it &quot;{}&quot; in ELAN.</source>
        <translation>文件中有引用其他层的层；未读取层“{0}”。要读取其他层，请在 ELAN 中将其命名为“{1}”。</translation>
    </message>
    <message>
        <source>The times are whole numbers; they were read as seconds. If they are milliseconds, call them start_ms and end_ms.</source>
        <translation>时间为整数；已按秒读取。如果是毫秒，请命名为 start_ms 和 end_ms。</translation>
    </message>
    <message>
        <source>Its times count from {} s on the clock of a stream. They are read as times from the start of the video; shift them if the video starts elsewhere.</source>
        <translation>其时间从流时钟的 {0} 秒算起。已按自视频开头起的时间读取；如果视频从别处开始，请平移时间。</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses {}, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>不运行模型 {0}：它使用了描述模型不需要的 {1}。请从制作者处获取 Hugging Face 文件夹并导入，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses a loop of another kind than PyTorch&apos;s layers have, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>不运行模型 {0}：它使用了与 PyTorch 的层不同的循环，描述模型不需要这种循环。请从制作者处获取 Hugging Face 文件夹并导入，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses a loop that computes tensors, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>不运行模型 {0}：它使用了计算张量的循环，描述模型不需要这种循环。请从制作者处获取 Hugging Face 文件夹并导入，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} is not run: it uses a sparse tensor, which captioners have no need of. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>不运行模型 {0}：它使用了稀疏张量，描述模型不需要它。请从制作者处获取 Hugging Face 文件夹并导入，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} is not run: a weight claims more numbers than the file has. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>不运行模型 {0}：某个权重声称的数值比文件中的还多。请从制作者处获取 Hugging Face 文件夹并导入，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} is not run: its program code cannot be read. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>不运行模型 {0}：无法读取其程序代码。请从制作者处获取 Hugging Face 文件夹并导入，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {} is not run: {}. Get it from its makers as a Hugging Face folder and import that, or choose another model.</source>
        <translation>不运行模型 {0}：{1}。请从制作者处获取 Hugging Face 文件夹并导入，或选择其他模型。</translation>
    </message>
    <message>
        <source>The speech model {} does not run here: it is damaged. Install the program again.</source>
        <translation>人声检测模型 {0} 无法在此运行：它已损坏。请重新安装程序。</translation>
    </message>
    <message>
        <source>The number of inter-op threads cannot be changed any more: a network has run. Restart the program.</source>
        <translation>层间线程数无法再更改：已有网络运行过。请重新启动程序。</translation>
    </message>
    <message>
        <source>The model {} did not come with this release of Sightline, and a model holds program code that runs with your rights. If you trust those who made it, add --trust-model, which is needed once, or choose it in the window&apos;s Model menu.</source>
        <translation>模型 {0} 不是随本版本 Sightline 提供的，而模型包含以您的权限运行的程序代码。如果您信任其制作者，请添加 --trust-model（只需一次），或在“模型”菜单中选择它。</translation>
    </message>
    <message>
        <source>The export was cancelled.</source>
        <translation>导出已取消。</translation>
    </message>
    <message>
        <source>Cannot export to {}: {} beside it exists. Choose another name.</source>
        <translation>无法导出到 {0}：旁边的 {1} 已存在。请选择其他名称。</translation>
    </message>
    <message>
        <source>Cannot export to {}: captions are not written in that format. Choose a name that ends in .srt, .vtt or .sightline.</source>
        <translation>无法导出到 {0}：不能以该格式写入字幕。请选择以 .srt、.vtt 或 .sightline 结尾的名称。</translation>
    </message>
    <message>
        <source>There is no dictionary of the language {}. Install one, as hunspell-{}.</source>
        <translation>没有语言 {0} 的词典。请安装，例如 hunspell-{1}。</translation>
    </message>
    <message>
        <source>The dictionary {} is in the encoding {}, which cannot be read. Install another one.</source>
        <translation>词典 {0} 的编码为 {1}，无法读取。请安装其他词典。</translation>
    </message>
    <message>
        <source>Cannot write {}. The word is known until the program ends; check the folder and its permissions.</source>
        <translation>无法写入 {0}。该词在程序结束前有效；请检查文件夹及其权限。</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有该文件或目录</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>权限不足</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>不允许的操作</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>设备上没有剩余空间</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>超出磁盘配额</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>文件过大</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>是一个目录</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是目录</translation>
    </message>
    <message>
        <source>Directory not empty</source>
        <translation>目录非空</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名过长</translation>
    </message>
    <message>
        <source>Too many levels of symbolic links</source>
        <translation>符号链接的层数过多</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>只读文件系统</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>Remote I/O error</source>
        <translation>远程输入/输出错误</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>设备或资源忙</translation>
    </message>
    <message>
        <source>Text file busy</source>
        <translation>文本文件忙</translation>
    </message>
    <message>
        <source>No such device</source>
        <translation>没有该设备</translation>
    </message>
    <message>
        <source>No such device or address</source>
        <translation>没有该设备或地址</translation>
    </message>
    <message>
        <source>Invalid argument</source>
        <translation>无效的参数</translation>
    </message>
    <message>
        <source>Invalid cross-device link</source>
        <translation>无效的跨设备链接</translation>
    </message>
    <message>
        <source>Operation not supported</source>
        <translation>不支持的操作</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>Too many open files in system</source>
        <translation>系统打开的文件过多</translation>
    </message>
    <message>
        <source>Cannot allocate memory</source>
        <translation>无法分配内存</translation>
    </message>
    <message>
        <source>Resource temporarily unavailable</source>
        <translation>资源暂时不可用</translation>
    </message>
    <message>
        <source>Exec format error</source>
        <translation>可执行文件格式错误</translation>
    </message>
    <message>
        <source>Argument list too long</source>
        <translation>参数列表过长</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>失效的文件句柄</translation>
    </message>
    <message>
        <source>Broken pipe</source>
        <translation>管道已断开</translation>
    </message>
    <message>
        <source>Transport endpoint is not connected</source>
        <translation>传输端点未连接</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>Connection reset by peer</source>
        <translation>连接被对方重置</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>连接超时</translation>
    </message>
    <message>
        <source>Network is unreachable</source>
        <translation>网络不可达</translation>
    </message>
    <message>
        <source>No route to host</source>
        <translation>没有到主机的路由</translation>
    </message>
    <message>
        <source>Host is down</source>
        <translation>主机已关闭</translation>
    </message>
    <message>
        <source>Address already in use</source>
        <translation>地址已被占用</translation>
    </message>
    <message>
        <source>Segmentation fault</source>
        <translation>段错误</translation>
    </message>
    <message>
        <source>Bus error</source>
        <translation>总线错误</translation>
    </message>
    <message>
        <source>Illegal instruction</source>
        <translation>非法指令</translation>
    </message>
    <message>
        <source>Floating point exception</source>
        <translation>浮点异常</translation>
    </message>
    <message>
        <source>CPU time limit exceeded</source>
        <translation>超出 CPU 时限</translation>
    </message>
    <message>
        <source>Killed</source>
        <translation>已杀死</translation>
    </message>
    <message>
        <source>Aborted</source>
        <translation>已中止</translation>
    </message>
    <message>
        <source>Terminated</source>
        <translation>已终止</translation>
    </message>
    <message>
        <source>a [ has no ]</source>
        <translation>有一个 [ 没有对应的 ]</translation>
    </message>
    <message>
        <source>a ( has no ), or the other way round</source>
        <translation>有一个 ( 没有对应的 )，或者相反</translation>
    </message>
    <message>
        <source>nothing stands before a *, + or ?</source>
        <translation>某个 *、+ 或 ? 前面没有内容</translation>
    </message>
    <message>
        <source>a \ stands before nothing that it could mean</source>
        <translation>某个 \ 后面的内容没有意义</translation>
    </message>
    <message>
        <source>a number in it is too large</source>
        <translation>其中的数字太大</translation>
    </message>
    <message>
        <source>a part of it means nothing</source>
        <translation>其中一部分没有意义</translation>
    </message>
</context>
<context>
    <name>sightline::CaptureFolder</name>
    <message>
        <source>The folder %1 cannot be made: %2. Choose another one in File &gt; Preferences.</source>
        <translation>无法创建文件夹 %1：%2。请在“文件 &gt; 首选项”中选择另一个文件夹。</translation>
    </message>
</context>
</TS>
