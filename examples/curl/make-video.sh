#!/bin/sh
# Makes a video of a photo and a sentence, with curl and jq:
#
#     export VIDWORKS_URL=http://localhost:3001 VIDWORKS_TOKEN=vg_…
#     ./make-video.sh photo.jpg "A lamp that follows the sun" teaser.mp4
#
# The video has a voice, music and captions. VIDWORKS_FIELDS: more fields of the request as JSON, such as
# {"sceneCount": 2, "videoDuration": 8}; {"sound": false} makes it silent.
# VIDWORKS_KEY: an Idempotency-Key; the same command with the same key continues the same video.
set -eu
fail() {
    printf '%s\n' "$1" >&2
    exit 2
}
[ $# = 3 ] || fail "Usage: $0 PHOTO SENTENCE OUTPUT"
photo=$1 sentence=$2 output=$3
test -r "$photo" || fail "$photo: cannot be read"
fields=${VIDWORKS_FIELDS:-"{}"}
key=${VIDWORKS_KEY:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')}
videos=$VIDWORKS_URL/api/videos

# Sends a request, again if the answer is lost: with the same key, nothing is made twice.
send() {
    curl --silent --show-error --retry 5 --retry-all-errors \
        -H "Authorization: Bearer $VIDWORKS_TOKEN" -H "Idempotency-Key: $key" "$@"
}
# Prints a field of the video's job; shows the answer if it is none, such as an error.
read_field() {
    printf %s "$video" | jq -er "$1" || { printf '%s\n' "$video" >&2 && exit 1; }
}

video=$(base64 <"$photo" | tr -d '\n' |
    jq -R --arg prompt "$sentence" --argjson fields "$fields" \
        '{sound: true} + $fields + {prompt: $prompt, assets: ["data:;base64," + .]}' |
    send "$videos" --data-binary @-)
id=$(read_field .id)
state=$(read_field .state)
case $state in
failed | interrupted | cancelled) # in an earlier run with this key
    video=$(send -X POST "$videos/$id/resume")
    state=$(read_field .state)
    ;;
esac

while [ "$state" = queued ] || [ "$state" = running ] || [ "$state" = waiting ]; do
    video=$(send "$videos/$id?wait=10")
    state=$(read_field .state)
    read_field '.steps | map("\(.name) \(.percent) %") | join(", ")' >&2
done
if [ "$state" != succeeded ]; then
    read_field '"\(.state): \(.reason)"' >&2
    exit 1
fi
curl --silent --show-error --fail --output "$output" "$(read_field .result.videoUrl)"
