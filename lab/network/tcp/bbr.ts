import type { TimeMs } from '../simulation.ts';
import { AckAggregation } from './ack-aggregation.ts';
import type { CongestionWindow, DeliverySample, RatePolicy } from './congestion-control.ts';
import { DeliveryRate } from './delivery-rate.ts';
import { JIFFY_MS } from './kernel-timer.ts';
import type { RecoveryState } from './loss-recovery.ts';
import { PolicerDetector, type DeliveryCounts } from './policer-detector.ts';
import { SMSS_BYTES } from './segment.ts';
import { WindowedMax } from './windowed-max.ts';

/** Gains are fractions of 256, as in the kernel (BBR_UNIT). */
const ONE = 256;
/** 2/ln 2: the smallest gain that doubles the rate every round. */
const HIGH_GAIN = Math.floor((ONE * 2885) / 1000) + 1;
/** 1/HIGH_GAIN: takes in a round what start-up has queued in one. */
const DRAIN_GAIN = Math.floor((ONE * 1000) / 2885);
/** Window in steady state: two BDP, for acknowledgements that are delayed or come together. */
const WINDOW_GAIN = 2 * ONE;
/** Probe for more, give back what that has queued, cruise. */
const CYCLE_GAINS = [(ONE * 5) / 4, (ONE * 3) / 4, ONE, ONE, ONE, ONE, ONE, ONE] as const;
/** The cycle starts anywhere but where it drains: that would give back what nobody took. */
const CYCLE_STARTS = CYCLE_GAINS.length - 1;
/** Pacing stays below the estimate, so that the queue shrinks on average. */
const PACING_MARGIN = 0.99;
/** The kernel counts rates in 2^-24 segments per µs, some 700 bit/s. */
const RATE_STEP = 1000 / 2 ** 24;
const RATE_ROUNDS = CYCLE_GAINS.length + 2;
/** The pipe is full when the rate has not grown by a quarter in three rounds. */
const FULL_GROWTH = 5 / 4;
const FULL_ROUNDS = 3;
const MIN_WINDOW = 4;
const INITIAL_WINDOW = 10;
/** Below 1.2 Mbit/s segments leave one by one. */
const SINGLE_SEGMENT_BYTES_PER_MS = 150;
/** What a burst for the device holds: about a millisecond's worth, at most a 64 kB packet with its headers. */
const BURST_MS = 1000 / 1024;
const MAX_BURST_BYTES = 65_535 - 320;
/** Longest silence that an acknowledgement held back is allowed for. */
const MAX_AGGREGATION_MS = 100;
const MIN_RTT_JIFFIES = 10_000 / JIFFY_MS;
const PROBE_RTT_JIFFIES = 200 / JIFFY_MS;

type Mode = 'startup' | 'drain' | 'probe-bandwidth' | 'probe-rtt';

/**
 * BBR version 1 (Cardwell et al. 2016) as Linux's tcp_bbr.c has it: the highest delivery rate of ten rounds and the
 * lowest round trip of ten seconds are taken for the path's; what is sent keeps to the one, what is in flight to their
 * product. Losses change neither, but the way back from one is careful.
 */
export class Bbr implements RatePolicy {
  readonly name = 'bbr';
  readonly steers = 'rate';
  /** One more than others: the window may grow during recovery. */
  readonly windowsBuffered = 3;
  readonly deliveryRate = new DeliveryRate();
  readonly #random: () => number;
  #mode: Mode = 'startup';
  #pacingGain = HIGH_GAIN;
  #windowGain = HIGH_GAIN;
  #pacingBytesPerMs = Infinity;

  /** Segments per ms. */
  readonly #maxRate = new WindowedMax(RATE_ROUNDS);
  readonly #policer = new PolicerDetector(SMSS_BYTES);
  readonly #aggregation = new AckAggregation();
  #lost = 0;
  #rounds = 0;
  #roundEndDelivered = 1;
  #startsRound = false;

  #minRttMs = Infinity;
  #minRttJiffy = 0;
  /** When the window may open again after PROBE_RTT; undefined: it has not shrunk yet. */
  #probeRttEndJiffy: number | undefined;
  #probeRttRoundDone = false;
  #resumesFromIdle = false;

  /** Rate of the round that grew last, and rounds without growth since. */
  #fullRate = 0;
  #fullRounds = 0;
  #isFull = false;

  #phase = 0;
  #phaseStartMs: TimeMs = 0;

  #previousRecovery: RecoveryState = 'open';
  #conservesPackets = false;
  /** Window before recovery or PROBE_RTT cut it. */
  #priorWindow = 0;

  /** @param random draws the phase in which probing for bandwidth begins */
  constructor(random: () => number) {
    this.#random = random;
  }

  get pacingBytesPerMs(): number {
    return this.#pacingBytesPerMs;
  }

  get minBurstSegments(): number {
    return this.#pacingBytesPerMs < SINGLE_SEGMENT_BYTES_PER_MS ? 1 : 2;
  }

  /** Segments per ms. */
  #rate(): number {
    return this.#policer.segmentsPerMs ?? this.#maxRate.value;
  }

  #counts(): DeliveryCounts {
    const { deliveredMs, delivered } = this.deliveryRate;
    return { deliveredMs, delivered, lost: this.#lost };
  }

  start(window: CongestionWindow, nowMs: TimeMs, handshakeRttMs: number): void {
    this.#minRttMs = handshakeRttMs;
    this.#minRttJiffy = jiffyOf(nowMs);
    this.#roundEndDelivered = this.deliveryRate.delivered;
    this.#aggregation.startEpoch(nowMs);
    this.#pacingBytesPerMs = pacingRate(window.cwnd / Math.max(handshakeRttMs, 0.001), HIGH_GAIN);
  }

  onDelivery(window: CongestionWindow, sample: DeliverySample): void {
    this.#lost += sample.losses;
    this.#updateRate(sample);
    this.#updateAggregation(window, sample);
    this.#updatePhase(sample);
    this.#noticeFullPipe();
    this.#updateDrain(window, sample);
    this.#updateMinRtt(window, sample);
    this.#updateGains();
    this.#updatePacing(this.#pacingGain);
    this.#updateWindow(window, sample);
  }

  reducedSsthresh(window: CongestionWindow): number {
    this.#saveWindow(window);
    return window.ssthresh;
  }

  onRetransmissionTimeout(): void {
    this.#previousRecovery = 'timeout-recovery';
    this.#fullRate = 0;
    this.#startsRound = true;
    this.#watchForPolicer(1, false);
  }

  onUndo(): void {
    this.#fullRate = 0;
    this.#fullRounds = 0;
    this.#policer.reset(this.#counts());
  }

  onTransmitStart(window: CongestionWindow, nowMs: TimeMs): void {
    if (!this.deliveryRate.isLimitedByApp) return;
    this.#resumesFromIdle = true;
    this.#aggregation.startEpoch(nowMs);
    // At the rate of the path: there is nothing to catch up with.
    if (this.#mode === 'probe-bandwidth') this.#updatePacing(ONE);
    else if (this.#mode === 'probe-rtt') this.#endProbeRttIfDue(window, nowMs);
  }

  #updateRate({ losses }: DeliverySample): void {
    this.#startsRound = false;
    const { sampleMs, sampleSegments, priorDelivered, isAppLimited, delivered } = this.deliveryRate;
    if (sampleMs === undefined) return;
    if (priorDelivered >= this.#roundEndDelivered) {
      this.#roundEndDelivered = delivered;
      this.#rounds++;
      this.#startsRound = true;
      this.#conservesPackets = false;
    }
    this.#watchForPolicer(losses, isAppLimited);
    const rate = Math.floor(sampleSegments / sampleMs / RATE_STEP) * RATE_STEP;
    if (!isAppLimited || rate >= this.#maxRate.value) this.#maxRate.add(this.#rounds, rate);
  }

  #watchForPolicer(losses: number, isAppLimited: boolean): void {
    const probes = this.#mode === 'probe-bandwidth';
    const ack = { losses, isAppLimited, startsRound: this.#startsRound, probes };
    if (this.#policer.onAck(this.#counts(), ack)) this.#probeBandwidth();
  }

  #updateAggregation({ cwnd }: CongestionWindow, { delivered }: DeliverySample): void {
    if (delivered <= 0 || this.deliveryRate.sampleMs === undefined) return;
    this.#aggregation.onDelivered(delivered, {
      nowMs: this.deliveryRate.deliveredMs,
      segmentsPerMs: this.#rate(),
      cwnd,
      startsRound: this.#startsRound,
    });
  }

  #updatePhase(sample: DeliverySample): void {
    if (this.#mode === 'probe-bandwidth' && this.#phaseIsOver(sample)) this.#nextPhase();
  }

  #phaseIsOver({ nowMs, departureMs, priorInFlight, losses }: DeliverySample): boolean {
    const isFullLength = this.deliveryRate.deliveredMs - this.#phaseStartMs > this.#minRttMs;
    if (this.#pacingGain === ONE) return isFullLength;
    const inNetwork = this.#inNetworkAtDeparture(priorInFlight, nowMs, departureMs);
    const target = this.#targetInFlight(this.#maxRate.value, this.#pacingGain > ONE ? this.#pacingGain : ONE);
    if (this.#pacingGain > ONE) return isFullLength && (losses > 0 || inNetwork >= target);
    return isFullLength || inNetwork <= target;
  }

  #nextPhase(): void {
    this.#phase = (this.#phase + 1) % CYCLE_GAINS.length;
    this.#phaseStartMs = this.deliveryRate.deliveredMs;
  }

  #probeBandwidth(): void {
    this.#mode = 'probe-bandwidth';
    this.#phase = CYCLE_GAINS.length - 1 - Math.floor(this.#random() * CYCLE_STARTS);
    this.#nextPhase();
  }

  #noticeFullPipe(): void {
    if (this.#isFull || !this.#startsRound || this.deliveryRate.isAppLimited) return;
    if (this.#maxRate.value >= this.#fullRate * FULL_GROWTH) {
      this.#fullRate = this.#maxRate.value;
      this.#fullRounds = 0;
      return;
    }
    this.#isFull = ++this.#fullRounds >= FULL_ROUNDS;
  }

  #updateDrain(window: CongestionWindow, { nowMs, departureMs, inFlight }: DeliverySample): void {
    if (this.#mode === 'startup' && this.#isFull) {
      this.#mode = 'drain';
      window.ssthresh = this.#targetInFlight(this.#maxRate.value, ONE);
    }
    if (
      this.#mode === 'drain' &&
      this.#inNetworkAtDeparture(inFlight, nowMs, departureMs) <=
        this.#targetInFlight(this.#maxRate.value, ONE)
    ) {
      this.#probeBandwidth();
    }
  }

  #updateMinRtt(window: CongestionWindow, { nowMs, rttMs, maybeDelayed, inFlight }: DeliverySample): void {
    const jiffy = jiffyOf(nowMs);
    const isStale = jiffy > this.#minRttJiffy + MIN_RTT_JIFFIES;
    if (rttMs !== Infinity && (rttMs < this.#minRttMs || (isStale && !maybeDelayed))) {
      this.#minRttMs = rttMs;
      this.#minRttJiffy = jiffy;
    }
    if (isStale && !this.#resumesFromIdle && this.#mode !== 'probe-rtt') {
      this.#mode = 'probe-rtt';
      this.#saveWindow(window);
      this.#probeRttEndJiffy = undefined;
    }
    if (this.#mode === 'probe-rtt') this.#probeRtt(window, inFlight, nowMs);
    if (this.deliveryRate.sampleSegments > 0) this.#resumesFromIdle = false;
  }

  /** With next to nothing in flight for 200 ms and a round, the queue is empty and the RTT that of the path. */
  #probeRtt(window: CongestionWindow, inFlight: number, nowMs: TimeMs): void {
    // Rates measured now say nothing of the path.
    this.deliveryRate.markAppLimited(inFlight);
    if (this.#probeRttEndJiffy !== undefined) {
      if (this.#startsRound) this.#probeRttRoundDone = true;
      if (this.#probeRttRoundDone) this.#endProbeRttIfDue(window, nowMs);
    } else if (inFlight <= MIN_WINDOW) {
      this.#probeRttEndJiffy = jiffyOf(nowMs) + PROBE_RTT_JIFFIES;
      this.#probeRttRoundDone = false;
      this.#roundEndDelivered = this.deliveryRate.delivered;
    }
  }

  #endProbeRttIfDue(window: CongestionWindow, nowMs: TimeMs): void {
    const jiffy = jiffyOf(nowMs);
    if (this.#probeRttEndJiffy === undefined || jiffy <= this.#probeRttEndJiffy) return;
    this.#minRttJiffy = jiffy;
    window.cwnd = Math.max(window.cwnd, this.#priorWindow);
    if (this.#isFull) this.#probeBandwidth();
    else this.#mode = 'startup';
  }

  #updateGains(): void {
    switch (this.#mode) {
      case 'startup':
        this.#pacingGain = this.#windowGain = HIGH_GAIN;
        break;
      case 'drain':
        this.#pacingGain = DRAIN_GAIN;
        this.#windowGain = HIGH_GAIN;
        break;
      case 'probe-bandwidth':
        this.#pacingGain = this.#policer.segmentsPerMs === undefined ? CYCLE_GAINS[this.#phase]! : ONE;
        this.#windowGain = WINDOW_GAIN;
        break;
      case 'probe-rtt':
        this.#pacingGain = this.#windowGain = ONE;
    }
  }

  /** Until the pipe is full, the rate only rises. */
  #updatePacing(gain: number): void {
    const rate = pacingRate(this.#rate(), gain);
    if (this.#isFull || rate > this.#pacingBytesPerMs) this.#pacingBytesPerMs = rate;
  }

  #updateWindow(window: CongestionWindow, sample: DeliverySample): void {
    if (sample.delivered > 0) this.#growOrCut(window, sample);
    if (this.#mode === 'probe-rtt') window.cwnd = Math.min(window.cwnd, MIN_WINDOW);
  }

  #growOrCut(window: CongestionWindow, sample: DeliverySample): void {
    const { delivered } = sample;
    let cwnd = this.#afterRecovery(window.cwnd, sample);
    if (this.#conservesPackets) {
      window.cwnd = Math.max(cwnd, sample.inFlight + delivered);
      return;
    }
    const target = this.#withBurstRoom(this.#bdp(this.#rate(), this.#windowGain) + this.#aggregationRoom());
    if (this.#isFull) cwnd = Math.min(cwnd + delivered, target);
    else if (cwnd < target || this.deliveryRate.delivered < INITIAL_WINDOW) cwnd += delivered;
    window.cwnd = Math.max(cwnd, MIN_WINDOW);
  }

  /** In the first round of a recovery a segment is sent for each delivered, then two; after it, all as before. */
  #afterRecovery(cwnd: number, { losses, recovery, inFlight, delivered }: DeliverySample): number {
    const previous = this.#previousRecovery;
    this.#previousRecovery = recovery;
    if (recovery === 'fast-recovery' && previous !== 'fast-recovery') {
      this.#conservesPackets = true;
      this.#roundEndDelivered = this.deliveryRate.delivered;
      return inFlight + delivered;
    }
    const left = losses > 0 ? Math.max(cwnd - losses, 1) : cwnd;
    if (!isRepairing(previous) || isRepairing(recovery)) return left;
    this.#conservesPackets = false;
    return Math.max(left, this.#priorWindow);
  }

  #saveWindow({ cwnd }: CongestionWindow): void {
    const isWhole = !isRepairing(this.#previousRecovery) && this.#mode !== 'probe-rtt';
    this.#priorWindow = isWhole ? cwnd : Math.max(this.#priorWindow, cwnd);
  }

  #bdp(rate: number, gain: number): number {
    const segments = (rate * this.#minRttMs * gain) / ONE;
    return Math.ceil(Math.floor(segments * 2 ** 24) / 2 ** 24);
  }

  #targetInFlight(rate: number, gain: number): number {
    return this.#withBurstRoom(this.#bdp(rate, gain));
  }

  /** Room for a burst each in the sender's queue, in its device and at the receiver. */
  #withBurstRoom(segments: number): number {
    const roomy = segments + 3 * this.#burstSegments();
    const even = roomy + (roomy % 2);
    return this.#mode === 'probe-bandwidth' && this.#phase === 0 ? even + 2 : even;
  }

  #burstSegments(): number {
    const bytes = Math.min(this.#pacingBytesPerMs * BURST_MS, MAX_BURST_BYTES);
    return Math.max(Math.floor(bytes / SMSS_BYTES), this.minBurstSegments);
  }

  #aggregationRoom(): number {
    if (!this.#isFull) return 0;
    return Math.min(this.#aggregation.extraSegments, Math.floor(this.#rate() * MAX_AGGREGATION_MS));
  }

  /** Segments that will be in the network when the next burst leaves, which when probing is one of them. */
  #inNetworkAtDeparture(inFlight: number, nowMs: TimeMs, departureMs: TimeMs): number {
    const delivered = Math.floor(this.#rate() * Math.max(departureMs - nowMs, 0));
    const then = this.#pacingGain > ONE ? inFlight + this.#burstSegments() : inFlight;
    return Math.max(then - delivered, 0);
  }
}

function isRepairing(state: RecoveryState): boolean {
  return state === 'fast-recovery' || state === 'timeout-recovery';
}

function pacingRate(segmentsPerMs: number, gain: number): number {
  return ((segmentsPerMs * gain) / ONE) * PACING_MARGIN * SMSS_BYTES;
}

function jiffyOf(nowMs: TimeMs): number {
  return Math.floor(nowMs / JIFFY_MS);
}
