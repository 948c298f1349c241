import type { LinkConditions } from '../conditions.ts';
import { CodelQueue } from './codel-queue.ts';
import { DroptailQueue } from './droptail-queue.ts';
import { FqCodelQueue } from './fq-codel-queue.ts';
import type { Packet } from './packet.ts';
import type { DropSink, QueueDiscipline } from './queue-discipline.ts';

/** The queue before a link. */
export function createQueue<P extends Packet>(
  { queue, queueLimitBytes, bandwidthBps }: LinkConditions,
  drop: DropSink<P>,
): QueueDiscipline<P> {
  switch (queue?.discipline) {
    case undefined:
      return new DroptailQueue({ bytes: queueLimitBytes }, bandwidthBps, drop);
    case 'droptail':
      return new DroptailQueue(queue.limit, bandwidthBps, drop);
    case 'codel':
      return new CodelQueue(queue, bandwidthBps, drop);
    case 'fq-codel':
      return new FqCodelQueue(queue, bandwidthBps, drop);
  }
}
