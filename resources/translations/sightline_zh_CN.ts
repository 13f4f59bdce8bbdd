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
    <name>QObject</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
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
        <source>&amp;Appearance</source>
        <translation>外观(&amp;A)</translation>
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
        <source>%1: not possible here.</source>
        <translation>%1：此处无法进行。</translation>
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
        <source>%1   %2   (%3 %)</source>
        <translation>%1   %2   (%3 %)</translation>
    </message>
    <message>
        <source>The model has nothing else to say.</source>
        <translation>模型没有其他说法。</translation>
    </message>
    <message>
        <source>Keys 1 to %1 take one.</source>
        <translation>按 1 到 %1 采用。</translation>
    </message>
    <message>
        <source>Choose caption</source>
        <translation>选用描述</translation>
    </message>
</context>
<context>
    <name>sightline::CueModel</name>
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
        <source>Confidence: geometric mean of the token probabilities</source>
        <translation>置信度：各词元概率的几何平均</translation>
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
    <name>sightline::LivePage</name>
    <message>
        <source>&amp;Live</source>
        <translation>实时(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Camera</source>
        <translation>摄像头(&amp;C)</translation>
    </message>
    <message>
        <source>Open a camera to caption what it sees.</source>
        <translation>打开摄像头，描述其画面。</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Cannot open</source>
        <translation>无法打开</translation>
    </message>
</context>
<context>
    <name>sightline::MainWindow</name>
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
        <source>Captions (*.srt *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.csv *.json *.eaf);;All files (*)</source>
        <translation>字幕 (*.srt *.vtt *.ass *.ssa *.ttml *.dfxp *.xml *.csv *.json *.eaf);;所有文件 (*)</translation>
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
        <source>&amp;First steps</source>
        <translation>入门(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation>键盘快捷键(&amp;K)…</translation>
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
</context>
<context>
    <name>sightline::PlayerPane</name>
    <message>
        <source>Model ready</source>
        <translation>模型就绪</translation>
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
    <name>sightline::TimelineView</name>
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
</context>
<context>
    <name>sightline::VideoPage</name>
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
        <source>Save project &amp;as…</source>
        <translation>项目另存为(&amp;A)…</translation>
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
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>sightline::VideoView</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
</context>
</TS>
