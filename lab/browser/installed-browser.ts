/** A browser on this machine's disk, ready to be launched. */
export interface InstalledBrowser {
  /** As a scenario names it, e.g. `chromium-106`. */
  readonly name: string;
  readonly executablePath: string;
  /** Of the executable, in hex. */
  readonly sha256: string;
  /** What its processes need in their environment, besides a PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly acceptsPush: boolean;
  readonly usesEarlyHints: boolean;
  /** The lab unpacked it into its own cache; false where it is somebody else's. */
  readonly ours: boolean;
  /** False where it was in the cache already. */
  readonly fresh: boolean;
}
