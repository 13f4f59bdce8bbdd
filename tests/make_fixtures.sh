#!/bin/sh
# Makes the video files that tests read: make_fixtures.sh FOLDER SAMPLE
set -eu
folder=$1
sample=$(realpath "$2")
[ -e "$folder/done" ] && [ "$folder/done" -nt "$0" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

ff() { ffmpeg -nostdin -y -loglevel error "$@"; }
numbers="testsrc2=size=320x240:rate=25:duration=4"

# B-frames and long groups of pictures: seeking must decode forward from a keyframe.
ff -f lavfi -i "$numbers" -c:v libx264 -preset fast -g 50 -bf 3 -pix_fmt yuv420p bframes.mp4
ff -i bframes.mp4 -c copy bframes.mkv
# Variable frame rate: frames 0, 1, 2, 7, 11, 12, 13 ... of the constant one.
ff -f lavfi -i "$numbers" -vf "select='not(mod(n\,11))+not(mod(n\,7))+lt(n\,3)+between(n\,40\,50)'" -vsync vfr \
   -c:v libx264 -g 100 -pix_fmt yuv420p vfr.mp4
# A start offset, as broadcast recordings have.
ff -f lavfi -i "$numbers" -c:v mpeg2video -g 12 -bf 2 -output_ts_offset 37.5 offset.ts
# A left half in red: turned by the display matrix, red must be where a player shows it.
ff -f lavfi -i "color=red:size=160x240:rate=10:duration=0.5" -f lavfi -i "color=blue:size=160x240:rate=10:duration=0.5" \
   -filter_complex "[0][1]hstack" -c:v libx264 -pix_fmt yuv420p rotate0.mp4
for degrees in 90 180 270; do  # anticlockwise; FFmpeg 6 has an option where FFmpeg 5 has a tag
    if ffmpeg -hide_banner -h full 2>/dev/null | grep -q -- -display_rotation; then
        ff -display_rotation $degrees -i rotate0.mp4 -c copy rotate$degrees.mp4
    else
        ff -i rotate0.mp4 -c copy -metadata:s:v rotate=$degrees rotate$degrees.mp4
    fi
done
# Grey 180 in full and limited range, BT.601 and BT.709: all must come out as the same grey.
for range in tv pc; do
    ff -f lavfi -i "color=0xb4b4b4:size=64x64:rate=10:duration=0.3" -vf "scale=out_range=$range,format=yuv420p" \
       -color_range $range -c:v libx264 -qp 4 grey_$range.mp4
done
# Pure-ish red through both matrices.
for matrix in bt709 smpte170m; do
    ff -f lavfi -i "color=0xc02020:size=64x64:rate=10:duration=0.3" -vf "scale=out_color_matrix=$matrix,format=yuv420p" \
       -colorspace $matrix -color_primaries $matrix -color_trc $matrix -c:v libx264 -qp 4 red_$matrix.mp4
done
# Widths that are no multiple of eight.
for width in 322 326; do
    ff -f lavfi -i "color=0xc02020:size=${width}x240:rate=10:duration=0.3" -c:v libx264 -qp 4 -pix_fmt yuv420p width$width.mp4
done
# Anamorphic: 4:3 pixels.
ff -f lavfi -i "$numbers" -t 0.4 -vf setsar=4/3 -c:v libx264 -pix_fmt yuv420p anamorphic.mp4
# Ten bits.
ff -f lavfi -i "$numbers" -t 0.4 -c:v libx264 -pix_fmt yuv420p10le tenbit.mp4

# What must give an error, not a crash.
ff -f lavfi -i "sine=duration=1" audio_only.m4a
head -c 150000 "$sample" > truncated.mp4
ff -i bframes.mp4 -c copy -movflags 0 tail_index.mp4
head -c 100000 tail_index.mp4 > no_index.mp4
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
# The first second is hidden by an edit list, because the cut is not at a keyframe.
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
for degrees in 90 180 270; do
    if ffmpeg -hide_banner -h full 2>/dev/null | grep -q -- -display_rotation; then
        ff -display_rotation $degrees -i grey_vfr.mp4 -c copy grey_rotate$degrees.mp4
    else
        ff -i grey_vfr.mp4 -c copy -metadata:s:v rotate=$degrees grey_rotate$degrees.mp4
    fi
done
touch done
