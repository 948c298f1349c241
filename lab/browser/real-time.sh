#!/bin/sh
# Becomes the browser of $PUSH_LAB_BROWSER, under real-time scheduling where that is granted (launch.ts says why).
# --rttime, in microseconds: a page that computes for a minute without a pause is ended, lest it holds every core.
ahead='prlimit --rttime=60000000 chrt --rr 1'
$ahead true 2> /dev/null || ahead=
exec $ahead "$PUSH_LAB_BROWSER" "$@"
