#!/bin/sh
# Becomes the browser of $PUSH_LAB_BROWSER, under real-time scheduling (launch.ts says why). Not where that is refused, and
# not where the kernel would leave nothing to others (sched_rt_runtime_us is -1): then a page that computes for ever could
# hold the machine. --rttime, in microseconds: a thread of it that computes for a minute without a pause ends the browser.
ahead='prlimit --rttime=60000000 chrt --rr 1'
{ [ "$(cat /proc/sys/kernel/sched_rt_runtime_us)" != -1 ] && $ahead true; } 2> /dev/null || ahead=
exec $ahead "$PUSH_LAB_BROWSER" "$@"
