/** How a cloud is to run. */
export interface Options {
  /** 0 picks a free one. */
  readonly port: number;
  /** Database, queues and connections in memory. */
  readonly ephemeral: boolean;
  readonly json: boolean;
  /** Absolute. */
  readonly dataFolder: string;
  /** Context for the app. */
  readonly settings: Readonly<Record<string, string>>;
  /** An assembly to serve as it stands; otherwise the project's own is synthesized. */
  readonly assemblyFolder?: string;
  readonly databaseEndpoint?: string;
  /** The Node that runs the functions; absent: one of their own major, if it is at hand. */
  readonly node?: string;
  /** Goes past what is not served, and says so, instead of refusing to start. */
  readonly serveTheRest?: boolean;
  /** Absolute; a folder of files to serve at `/`, beneath the APIs. */
  readonly siteFolder?: string;
  /** Whether to follow changes of the project's sources. */
  readonly watch: boolean;
  readonly color: boolean;
}
