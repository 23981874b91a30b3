#!/bin/bash
# Stands in for Octavia's script: takes its options, and starts disk-image-create as it does.
set -e
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ -d "$here/fake" ] && here=$here/fake
# shellcheck source=/dev/null
[ -f "$here/settings" ] && source "$here/settings"
export AMP_IMAGETYPE=qcow2 DIB_FAKE_HOME=$here
size=2
while getopts "a:b:c:d:efg:hi:k:l:mno:pt:r:s:vw:xy" opt; do
    case $opt in
        a|b|d|e|f|k|l|m|n|p|r|x|y) ;;
        c) cache=$OPTARG ;;
        g) echo "Building image with amphora agent from $OPTARG." ;;
        i) [[ " ubuntu ubuntu-minimal fedora centos centos-minimal rocky rhel " == *" $OPTARG "* ]] || {
               echo "Error: Unsupported base OS $OPTARG specified"; exit 3; } ;;
        o) output=$(readlink -f "$OPTARG")
           [ -d "$(dirname "$output")" ] || exit 1 ;;
        s) size=$OPTARG ;;
        t) AMP_IMAGETYPE=$OPTARG ;;
        w) work=$OPTARG ;;
        *) echo "Usage: $(basename "$0")"; exit 1 ;;
    esac
done
output=${output:-$PWD/amphora-x64-haproxy.qcow2}
if [ -n "$DIB_FAKE_BEFORE" ]; then sleep "$DIB_FAKE_BEFORE"; fi
mkdir -p "${cache:=$HOME/.cache/image-create}"
"$here/disk-image-create" --version > /dev/null
if [ -n "$work" ]; then
    mkdir -p "$work"
    TEMP=$(mktemp -d "$work/diskimage-create.XXXXXX")
else
    TEMP=$(mktemp -d diskimage-create.XXXXXX)
fi
pushd "$TEMP" > /dev/null
"$here/disk-image-create" -a amd64 -o "$output" -t "$AMP_IMAGETYPE" --image-size "$size" \
    --image-cache "$cache" base vm ubuntu-minimal
popd > /dev/null
rm -rf "$TEMP"
echo "Successfully built the amphora using the ${DIB_REPOREF_amphora_agent:-master} amphora-agent."
echo "Amphora image size: $(stat -c "%n %s" "$output")"
