#!/bin/sh
# Makes the files with sound that tests of playback read: make_sound_fixtures.sh FOLDER
# In each, 50 ms beeps begin at 0.5, 1.25, 2, 2.75 ... s and a white picture is shown for as long; otherwise it is black.
set -eu
folder=$1
[ -e "$folder/done" ] && [ "$folder/done" -nt "$0" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

ff() { ffmpeg -nostdin -y -loglevel error "$@"; }
beep="if(between(mod(t+0.25\,0.75)\,0\,0.0499)*gte(t\,0.4)\,0.8*cos(2*PI*1000*(t+0.25))\,0)"
flash="color=black:size=64x64:rate=40:duration=6,geq=lum='if(lt(mod(T+0.2501\,0.75)\,0.05)*gte(T\,0.4)\,235\,16)':cb=128:cr=128"

ff -f lavfi -i "aevalsrc=$beep|$beep:sample_rate=48000:duration=6" -c:a pcm_s16le beeps.wav
ff -f lavfi -i "$flash" -c:v libx264 -preset veryfast -g 80 -sc_threshold 0 -bf 2 -pix_fmt yuv420p flashes.mp4
ff -i flashes.mp4 -i beeps.wav \
   -map 0 -map 1 -c:v copy -c:a aac aac.mp4 \
   -map 0 -map 1 -c:v copy -c:a pcm_s16le pcm.mkv \
   -map 0 -map 1 -c:v copy -c:a flac flac.mkv \
   -map 0 -map 1 -c:v copy -c:a libopus opus.mkv \
   -map 0 -map 1 -c:v mpeg4 -q:v 3 -c:a libmp3lame mp3.avi \
   -map 0 -map 1 -c:v mpeg2video -c:a mp2 -output_ts_offset 37.5 offset.ts \
   -map 0 -map 1 -c:v copy -c:a aac -ar 22050 -ac 1 mono_22050.mp4 \
   -map 0 -map 1 -c:v copy -c:a ac3 -ac 6 surround.mkv \
   -map 0 -map 1 -c:v copy -c:a pcm_s16le -ar 44100 pcm_44100.mov
# The audio of these begins 0.7 s after the picture, and 0.3 s before it.
ff -i flashes.mp4 -itsoffset 0.7 -i beeps.wav -map 0 -map 1 -c:v copy -c:a pcm_s16le late.mkv
ff -itsoffset 0.3 -i flashes.mp4 -i beeps.wav -map 0 -map 1 -c:v copy -c:a pcm_s16le early.mkv
# From 1.5 s to 3 s there is none.
ff -i flashes.mp4 -i beeps.wav -map 0 -map 1 -c:v copy -af "aselect='not(between(t\,1.5\,2.9999))'" -c:a pcm_s16le gap.mkv
head -c $(($(wc -c < pcm.mkv) / 2)) pcm.mkv > cut.mkv
# A broadcast whose clock starts over in the middle.
cat offset.ts offset.ts > leap.ts
# Four recordings put one behind another, the sound of each shorter or longer than its pictures.
ff -i flashes.mp4 -i beeps.wav \
   -map 0 -map 1 -c:v mpeg2video -c:a mp2 -af atrim=end=5.6 first.ts \
   -map 0 -map 1 -c:v mpeg2video -c:a mp2 -vf trim=end=5.5 -af atrim=end=5.7 -output_ts_offset 3600 second.ts
cat first.ts second.ts first.ts second.ts > joined.ts
rm first.ts second.ts
touch "done"
