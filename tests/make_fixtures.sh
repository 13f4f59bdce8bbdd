#!/bin/sh
# Makes the video files that tests read: make_fixtures.sh FOLDER SAMPLE
# Beside each numbered one lies NAME.expected: a line per picture, its number and its time in seconds as ffprobe reports
# it (fixture_tool.py says how pictures carry numbers).
# shellcheck disable=SC2086 # options are lists
set -eu
folder=$1
sample=$(realpath "$2")
tests=$(dirname "$(realpath "$0")")
[ -e "$folder/done" ] && [ "$folder/done" -nt "$0" ] && [ "$folder/done" -nt "$tests/fixture_tool.py" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

ff() { ffmpeg -nostdin -y -loglevel error "$@"; }
tool() { python3 "$tests/fixture_tool.py" "$@"; }
# expect FILE NUMBERS...: ffprobe's times beside the numbers in their order; 0..59 where none are given.
expect() {
    file=$1
    shift
    ffprobe -loglevel quiet -select_streams V:0 -show_entries frame=best_effort_timestamp_time -of csv=p=0 "$file" |
        tr -d ', ' | grep . > moments
    [ $# -gt 0 ] || set -- $(seq 0 59)
    printf '%s\n' "$@" > order
    [ "$(wc -l < moments)" -eq $# ] || { echo "$file: $(wc -l < moments) pictures, not $#" >&2; exit 1; }
    # ffprobe gives no time for pictures that no packet's time could be put to: they follow the one before.
    paste -d ' ' order moments | awk '{ if ($2 == "N/A") $2 = NR == 1 ? 0 : last + 0.04; last = $2; print }' \
        > "$file.expected"
}
# expect_steady FILE NUMBERS...: 25 pictures a second, where the file's own times leap.
expect_steady() {
    file=$1
    shift
    i=0
    for number in "$@"; do
        echo "$number $((i * 40))e-3"
        i=$((i + 1))
    done > "$file.expected"
}

tool numbers 0 60 > numbers.y4m
x264="-c:v libx264 -preset veryfast -g 20 -bf 3 -pix_fmt yuv420p"
x265="-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le"

# One decoding, many encodings. -threads 1: starting threads takes longer than these clips do.
ff -threads 1 -i numbers.y4m -f lavfi -i "sine=duration=2.4" \
   -map 0 $x264 bframes.mp4 \
   -map 0 $x264 -x264opts open-gop=1:b-pyramid=normal:scenecut=0 open_gop.mp4 \
   -map 0 $x264 -x264opts open-gop=1:b-pyramid=normal:scenecut=0 open_gop.ts \
   -map 0 $x264 -x264opts intra-refresh=1:scenecut=0 -bf 0 intra_refresh.mp4 \
   -map 0 $x264 -flags +ildct+ilme -x264opts tff=1 interlaced.mkv \
   -map 0 $x264 -f h264 elementary.h264 \
   -map 0 $x264 bframes.avi \
   -map 0 $x265 -x265-params log-level=error:keyint=20:bframes=3:open-gop=1 open_gop_hevc.mkv \
   -map 0 $x265 -x265-params log-level=error:keyint=20:bframes=3:open-gop=1 open_gop_hevc.ts \
   -map 0 $x265 -x265-params log-level=error:keyint=20:bframes=3 elementary.hevc \
   -map 0 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 20 -auto-alt-ref 1 -lag-in-frames 10 vp9.webm \
   -map 0 -c:v libvpx -deadline realtime -cpu-used 8 -g 20 vp8.webm \
   -map 0 -c:v mpeg2video -g 12 -bf 2 -q:v 3 -output_ts_offset 37.5 offset.ts \
   -map 0 -c:v mpeg2video -g 12 -bf 2 -q:v 3 -output_ts_offset 95441.2 wrap.ts \
   -map 0 -c:v mpeg2video -g 12 -bf 2 -q:v 3 -f vob program.mpg \
   -map 0 -map 1 -c:v mpeg4 -g 20 -bf 2 -q:v 3 -c:a libmp3lame -q:a 4 vbr_audio.avi \
   -map 0 -c:v mpeg4 -g 20 -q:v 3 simple.avi \
   -map 0 -c:v mjpeg -q:v 4 -pix_fmt yuvj420p motion_jpeg.avi \
   -map 0 -map 1 -c:v libx264 -preset veryfast -g 20 -bf 3 -c:a aac flash.flv \
   -map 0 -c:v flv1 -g 20 -q:v 3 old_flash.flv \
   -map 0 -c:v gif animation.gif \
   -map 0 -c:v libtheora -g 20 -q:v 7 theora.ogv \
   -map 0 -c:v wmv2 -g 20 -q:v 3 windows_media.asf \
   -map 0 -c:v prores_ks -profile:v 0 prores.mov \
   -map 0 -c:v qtrle -g 20 -pix_fmt rgb24 animation.mov \
   -map 0 -c:v ffv1 -level 3 -g 1 lossless.mkv
for file in bframes.mp4 open_gop.mp4 open_gop.ts intra_refresh.mp4 interlaced.mkv elementary.h264 bframes.avi \
            open_gop_hevc.mkv open_gop_hevc.ts vp9.webm vp8.webm offset.ts wrap.ts program.mpg vbr_audio.avi simple.avi \
            motion_jpeg.avi flash.flv old_flash.flv animation.gif theora.ogv windows_media.asf prores.mov animation.mov \
            lossless.mkv; do
    expect $file
done

# Parts of the numbers: variable frame rate; the eight ways to store an upright picture; what joined files are made of.
mpeg2="-c:v mpeg2video -g 12 -bf 2 -q:v 3"
second="select=gte(n\,30),setpts=PTS-STARTPTS"
vfr="select='not(mod(n\,11))+not(mod(n\,7))+lt(n\,3)+between(n\,40\,50)'"
few="-frames:v 30 -c:v libx264 -preset veryfast -g 10 -bf 2 -pix_fmt yuv420p"
ff -threads 1 -i numbers.y4m \
   -map 0 -vf "$vfr" -vsync vfr $x264 vfr.mp4 \
   -map 0 -vf "$vfr" -vsync vfr $x264 vfr.mkv \
   -map 0 $few stored_upright.mp4 \
   -map 0 -vf transpose=cclock $few stored_left.mp4 \
   -map 0 -vf hflip,vflip $few stored_down.mp4 \
   -map 0 -vf transpose=clock $few stored_right.mp4 \
   -map 0 -vf hflip $few stored_mirrored.mp4 \
   -map 0 -vf vflip $few stored_flipped.mp4 \
   -map 0 -vf transpose=cclock_flip $few stored_transposed.mp4 \
   -map 0 -vf transpose=clock_flip $few stored_crossed.mp4 \
   -map 0 -frames:v 30 $mpeg2 first_mpeg2.ts \
   -map 0 -vf "$second" $mpeg2 second_mpeg2.ts \
   -map 0 -vf "select=gte(n\,30),scale=224:160" -output_ts_offset 0.08 $x264 second_larger.ts \
   -map 0 -frames:v 30 $x264 first_h264.ts \
   -map 0 -vf "$second" -output_ts_offset 3600 $x264 second_h264.ts \
   -map 0 -frames:v 1 picture.png \
   -map 0 -frames:v 10 -vf setsar=4/3 $x264 anamorphic.mp4
kept=$(awk 'BEGIN { for (n = 0; n < 60; ++n) if (n % 11 == 0 || n % 7 == 0 || n < 3 || (n >= 40 && n <= 50)) print n }')
expect vfr.mp4 $kept
expect vfr.mkv $kept
turn() { tool turn stored_$1.mp4 $2.mp4 $3 $4 $5 $6; expect $2.mp4 $(seq 0 29); }
turn upright rotate0 1 0 0 1
turn left rotate90 0 1 -1 0
turn down rotate180 -1 0 0 -1
turn right rotate270 0 -1 1 0
turn mirrored mirror -1 0 0 1
turn flipped flip 1 0 0 -1
turn transposed transpose 0 1 1 0
turn crossed transverse 0 -1 -1 0
cat first_h264.ts second_larger.ts > resize.ts
expect resize.ts
# Times that start over, and that leap an hour ahead.
cat first_mpeg2.ts second_mpeg2.ts > leap_back.ts
cat first_h264.ts second_h264.ts > leap_ahead.ts
expect_steady leap_back.ts $(seq 0 59)
expect_steady leap_ahead.ts $(seq 0 59)

# The same packets in other wrappings.
ff -i vbr_audio.avi -vn -t 1 -c:a aac audio_only.m4a
ff -i bframes.mp4 -ss 0.52 -i bframes.mp4 -ss 1.16 -i open_gop.mp4 -itsoffset 0.7 -i bframes.mp4 -i audio_only.m4a \
   -i stored_flipped.mp4 -i picture.png \
   -map 0 -c copy bframes.mkv \
   -map 1 -c copy edit_list.mp4 \
   -map 2 -c copy edit_list_open_gop.mp4 \
   -map 3 -map 4 -c copy delayed.mp4 \
   -map 0 -c copy -movflags frag_keyframe+empty_moov+default_base_moof fragments.mp4 \
   -map 5 -map 0 -c copy -disposition:0 0 -disposition:1 default two_videos.mkv \
   -map 6 -map 0 -c copy -disposition:0 attached_pic cover_and_video.mp4 \
   -map 4 -map 6 -c copy -disposition:1 attached_pic cover.m4a \
   -map 0 -c copy -movflags 0 tail_index.mp4
ff -i bframes.mp4 -c copy -f matroska - | cat > piped.mkv
ff -i bframes.mp4 -c copy -f mp4 -movflags frag_keyframe+empty_moov - | cat > piped_fragments.mp4
ff -i flash.flv -map 0:v -c copy -f flv - 2> /dev/null | cat > piped.flv
ff -i offset.ts -c copy -f mpeg2video elementary.m2v
for file in bframes.mkv fragments.mp4 delayed.mp4 cover_and_video.mp4 piped.mkv piped_fragments.mp4 piped.flv \
            elementary.hevc elementary.m2v; do
    expect $file
done
expect edit_list.mp4 $(seq 13 59)
expect edit_list_open_gop.mp4 $(seq 29 59)
expect_steady two_videos.mkv $(seq 0 59)
cp picture.png picture.mp4
echo "0 0" > picture.mp4.expected
cp bframes.mp4 "100%: 50%d ünï.mp4"
cp bframes.mp4.expected "100%: 50%d ünï.mp4.expected"

# Headers that lie, indexes that are lost, streams that begin in the middle.
tool huge_mp4 bframes.mp4 huge_header.mp4
tool zero_rate simple.avi zero_rate.avi
tool drop_index simple.avi no_index.avi
tool drop_index vbr_audio.avi no_index_vbr.avi
for file in huge_header.mp4 zero_rate.avi no_index.avi no_index_vbr.avi; do
    expect_steady $file $(seq 0 59)
done
tool cut_front open_gop.ts no_key.ts 8
tool cut_front offset.ts no_key_mpeg2.ts 12
expect no_key.ts $(seq 20 59)
expect no_key_mpeg2.ts $(seq 12 59)
tool damage bframes.mp4 damaged.mp4 0.4 0.02
tool damage open_gop.ts damaged.ts 0.5 0.05
tool damage piped.mkv damaged.mkv 0.5 0.01
for file in bframes.mkv old_flash.flv simple.avi open_gop.ts piped_fragments.mp4; do
    head -c $(($(wc -c < $file) * 45 / 100)) $file > cut_$file
done

# Colours. Grey 180 in full and limited range, then red in each matrix: all must come out as they are. 10-bit patches of
# 0, 10, 100, 203 and 1000 cd/m2 in PQ, and of 0, 50, 75 and 100 % in HLG.
for range in tv pc; do
    ff -f lavfi -i "color=0xb4b4b4:size=50x50:rate=10:duration=0.3" -vf "scale=out_range=$range,format=yuv420p" \
       -color_range $range -c:v libx264 -qp 4 grey_$range.mp4
done
for matrix in bt709 smpte170m; do
    ff -f lavfi -i "color=0xc02020:size=64x64:rate=10:duration=0.3" -vf "scale=out_color_matrix=$matrix,format=yuv420p" \
       -colorspace $matrix -color_primaries $matrix -color_trc $matrix -c:v libx264 -qp 4 red_$matrix.mp4
done
ff -f lavfi -i "color=0xc02020:size=64x64:rate=10:duration=0.3" \
   -vf "format=gbrp,setparams=color_primaries=bt709:color_trc=bt709:colorspace=gbr:range=pc,zscale=primaries=bt2020:transfer=bt709:matrix=bt2020nc:range=tv,format=yuv420p10le" \
   -c:v ffv1 -colorspace bt2020nc -color_primaries bt2020 -color_trc bt2020-10 -color_range tv red_bt2020.mkv
hdr="-c:v ffv1 -color_primaries bt2020 -colorspace bt2020nc -color_range tv"
# From FFmpeg 7 on, only what the pictures themselves say reaches the file.
wide="setparams=color_primaries=bt2020:colorspace=bt2020nc:range=tv:color_trc"
tool patches 64 327 509 573 723 | ff -i - -vf $wide=smpte2084 $hdr -color_trc smpte2084 pq.mkv
tool patches 64 502 721 940 | ff -i - -vf $wide=arib-std-b67 $hdr -color_trc arib-std-b67 hlg.mkv
ff -f lavfi -i "color=0xff8000:size=64x64:rate=10:duration=0.3,format=rgba,geq=r=255:g=128:b=0:a='if(lt(X,32),255,64)'" \
   -map 0 -c:v qtrle -pix_fmt argb alpha.mov -map 0 -pix_fmt yuva420p -c:v libvpx-vp9 -auto-alt-ref 0 alpha.webm
tool moving_bar 20 | ff -i - -c:v mpeg2video -flags +ildct+ilme -q:v 2 -g 6 combed.ts

# What must give an error, not a crash.
head -c 150000 "$sample" > truncated.mp4
head -c 4000 tail_index.mp4 > no_index.mp4
head -c 60000 /dev/urandom > noise.mp4
: > empty.mp4
echo "This is not a video." > text.mp4

# For the writers of video files. Two audio tracks, chapters, metadata and a subtitle, in the usual containers.
cat > export.srt <<'SUBTITLE'
1
00:00:00,500 --> 00:00:01,500
An older subtitle
SUBTITLE
cat > export.meta <<'METADATA'
;FFMETADATA1
title=A test
comment=Made for tests
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=First half
[CHAPTER]
TIMEBASE=1/1000
START=1500
END=3000
title=Second half
METADATA
picture="testsrc2=size=320x240:rate=25:duration=3"
for file in export.mp4 export.mkv; do
    text=mov_text
    [ $file = export.mp4 ] || text=srt
    ff -f lavfi -i "$picture" -f lavfi -i "sine=300:duration=3" -f lavfi -i "sine=600:duration=3" -i export.srt \
       -i export.meta -map 0 -map 1 -map 2 -map 3 -map_metadata 4 -map_chapters 4 -c:v libx264 -preset fast -bf 2 \
       -pix_fmt yuv420p -c:a aac -b:a 64k -c:s $text -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu \
       -metadata:s:a:1 title=Commentary -disposition:a:1 comment -metadata:s:s:0 language=fra $file
done
ff -i export.mkv -map 0 -c copy -attach export.meta -metadata:s:t mimetype=text/plain attached.mkv
ff -f lavfi -i "$picture" -f lavfi -i "sine=duration=3" -c:v libvpx -deadline realtime -cpu-used 8 -b:v 300k \
   -c:a libopus export.webm
# The first 0.2 s are hidden by an edit list, because the cut is not at a keyframe.
ff -ss 1 -i bframes.mp4 -c copy edited.mp4
# Grey, in places where captions stand out: as it is, turned by the display matrix, with long and short frames, with
# PCM audio that MP4 does not take, with pixels that are not square and colours that are tagged.
grey="color=0x404040:size=320x240:rate=25:duration=3"
ff -f lavfi -i "$grey" -f lavfi -i "sine=duration=3" -vf setsar=4/3 -pix_fmt yuv420p -colorspace bt709 \
   -color_primaries bt709 -color_trc bt709 -color_range tv -c:v libx264 -preset fast -c:a aac grey.mp4
ff -f lavfi -i "$grey" -f lavfi -i "sine=duration=3" -c:v libx264 -preset fast -pix_fmt yuv420p -c:a pcm_s16le \
   grey_pcm.mkv
ff -f lavfi -i "$grey" -vf "select='not(mod(n\,11))+not(mod(n\,7))+lt(n\,3)'" -vsync vfr -c:v libx264 -preset fast \
   -pix_fmt yuv420p -video_track_timescale 90000 grey_vfr.mp4
ff -f lavfi -i "color=0x404040:size=320x240:rate=10:duration=1" -vf format=yuv444p,pad=321:241:0:0:0x404040 -c:v libx264 \
   -preset fast grey_odd.mp4
ff -f lavfi -i "$grey" -c:v mpeg2video -output_ts_offset 37.5 grey_offset.ts
ff -f lavfi -i "color=0x404040:size=320x240:rate=1/5:duration=10" -pix_fmt yuv420p -c:v libx264 -preset fast slides.mp4
ff -i slides.mp4 -c:v mpeg4 -qscale 2 slides.avi
ff -f lavfi -i "color=0x404040:size=160x120:duration=2" -f lavfi -i "$grey" -map 0 -map 1 -c:v:0 mpeg4 -c:v:1 libx264 \
   -pix_fmt yuv420p -t 2 -disposition:v:0 0 -disposition:v:1 default grey_two_videos.mkv
ff -f lavfi -i "$grey" -t 1 -c:v mpeg2video sizes.ts
ff -f lavfi -i "color=0x404040:size=120x240:rate=25:duration=1" -c:v mpeg2video -output_ts_offset 1 tall.ts
cat tall.ts >> sizes.ts
rm tall.ts
ff -f lavfi -i "$grey" -t 2 -pix_fmt yuv420p10le -c:v libx265 -preset ultrafast \
   -x265-params log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc grey_pq.mkv
for degrees in 90 180 270; do
    if ffmpeg -hide_banner -h full 2>/dev/null | grep -q -- -display_rotation; then
        ff -display_rotation $degrees -i grey_vfr.mp4 -c copy grey_rotate$degrees.mp4
    else
        ff -i grey_vfr.mp4 -c copy -metadata:s:v rotate=$degrees grey_rotate$degrees.mp4
    fi
done
cp grey_rotate90.mp4 copy_rotated.3gp
ff -i grey_rotate90.mp4 -c copy -f mov copy_rotated.MOV
ff -i grey_vfr.mp4 -c copy -f matroska - | cat > plain.mkv
tool roll plain.mkv copy_rotated.mkv 90
rm plain.mkv
# What recorders and cameras write, under the names they give it: copy_NAME, a second of the sample.
ff -t 1 -i "$sample" -f lavfi -i "sine=duration=1" -map 0:v -map 1 -vf scale=128:96,fps=25 -c:v ffv1 -c:a pcm_s16le copy.mkv
ff -i copy.mkv -c:v libx264 -c:a libopus -f matroska copy_h264.webm
ff -i copy.mkv -c:v libvpx -deadline realtime -cpu-used 8 -c:a libopus -f webm copy_vp8.mp4
ff -i copy.mkv -c:v wmv2 -c:a wmav2 copy_wmv2.wmv
ff -i copy.mkv -an copy_gif.gif
ff -i copy.mkv -c:v flv1 -ar 22050 -c:a libmp3lame copy_flv1.flv
ff -i copy.mkv -c:v h263 -c:a aac copy_h263.3gp
ff -i copy.mkv -vf scale=720:576,format=yuv420p -c:v dvvideo -ar 48000 -ac 2 copy_dv.dv
ff -i copy.mkv -vf scale=1280:720,format=yuv422p -c:v dnxhd -b:v 90M -ar 48000 -c:a pcm_s16le copy_dnxhd.mxf
ff -i copy.mkv -c:v huffyuv -pix_fmt yuv422p -c:a libmp3lame copy_huffyuv.avi
ff -i copy.mkv -c:v utvideo -pix_fmt yuv422p -c:a libmp3lame copy_utvideo.avi
ff -i copy.mkv -c:v cinepak -pix_fmt rgb24 -c:a libmp3lame copy_cinepak.avi
ff -i copy.mkv -c:v rawvideo -pix_fmt bgr24 copy_rgb.avi
ff -i copy.mkv -c:v cfhd -pix_fmt yuv422p10 -c:a aac copy_cfhd.mov
ff -i copy.mkv -c:v prores -c:a aac -f mov copy_prores.mp4
ff -i copy.mkv -c:v libx264 -c:a pcm_s16be -f mov -brand isom copy_pcm.mp4
ff -i copy.mkv -c:v libx264 -c:a pcm_s16le -f mov copy_pcm_quicktime.mp4
ff -i copy.mkv -c:v mpeg4 -c:a pcm_mulaw copy_mulaw.avi
ff -i copy.mkv -c:v mpeg4 -c:a adpcm_ima_wav copy_ima.avi
ff -i copy.mkv -c:v libx264 -c:a aac -f mov copy_upper.MOV
printf '1\n00:00:00,000 --> 00:00:01,000\nWords\n' > words.srt
ff -i words.srt subtitles_only.mkv
tool unknown_codec bframes.mp4 unknown_codec.mp4
tool huge_gif animation.gif huge.gif
rm -f numbers.y4m copy.mkv stored_*.mp4 first_*.ts second_*.ts tail_index.mp4 picture.png moments order words.srt
touch "done"
