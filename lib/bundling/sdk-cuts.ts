/** A part of the SDK that no function of ours needs, and what stands in its place. */
export interface SdkCut {
  /** The end of the file's path, below `node_modules`. */
  readonly file: RegExp;
  /** The file as it is bundled. Throws when the SDK's file is not what the cut was made for. */
  readonly cut: (source: string) => string;
}

/**
 * DynamoDB's errors that stay: the one that our code asks for, and the one that the SDK retries by what its class
 * says. An import of another does not build; name it here then. An error without a class still comes with its
 * name, message, status and metadata, by which the SDK decides on retries and our log tells it: it is a
 * `DynamoDBServiceException`. The classes, and the shapes of what they hold, are 14 KB.
 */
const DYNAMODB_ERRORS = ["ConditionalCheckFailedException", "ReplicatedWriteConflictException"];

/** The queue's: its caller tells none from another. 13 KB. */
const SQS_ERRORS: readonly string[] = [];

export const SDK_CUTS: readonly SdkCut[] = [
  { file: /@aws-sdk\/client-dynamodb\/dist-es\/schemas\/schemas_0\.js$/, cut: registering(DYNAMODB_ERRORS) },
  { file: /@aws-sdk\/client-dynamodb\/dist-es\/models\/errors\.js$/, cut: declaring(DYNAMODB_ERRORS) },
  { file: /@aws-sdk\/client-sqs\/dist-es\/schemas\/schemas_0\.js$/, cut: registering(SQS_ERRORS) },
  { file: /@aws-sdk\/client-sqs\/dist-es\/models\/errors\.js$/, cut: declaring(SQS_ERRORS) },
  // Of its own description a client reads the version, for the user agent.
  {
    file: /@aws-sdk\/client-[a-z-]+\/package\.json$/,
    cut: (source) => JSON.stringify({ version: (JSON.parse(source) as { version: string }).version }),
  },
  // Hashes in JavaScript, for a Node without crypto.
  { file: /@smithy\/core\/.*\/sha256\/Sha256Js\.js$/, cut: instead("Sha256Js", "class {}") },
  { file: /@smithy\/core\/.*\/md5\/Md5Js\.js$/, cut: instead("Md5Js", "class {}") },
  // The limit of the retry mode "adaptive", which nothing of ours sets: should AWS_RETRY_MODE ask for it, the
  // function retries as "standard" does.
  {
    file: /@smithy\/core\/.*\/util-retry\/DefaultRateLimiter\.js$/,
    cut: instead("DefaultRateLimiter", "class { async getSendToken() {} updateClientSendingRate() {} }"),
  },
  { file: /@aws-sdk\/core\/.*\/lib\/aws\/partitions\.js$/, cut: withoutRegionsThatMatch },
  // ~/.aws/config and credentials: a function has neither, and the local cloud points both to /dev/null.
  {
    file: /@smithy\/core\/.*\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    cut: instead("loadSharedConfigFiles", "async () => ({ configFile: {}, credentialsFile: {} })"),
  },
  // Signs streams of events, of which none is called.
  {
    file: /@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
    cut: instead("HeaderFormatter", "class {}"),
  },
  // Reads times, of which no answer that we ask for has any; a Retry-After that is a date, which the SDK tries to
  // read and passes over where it cannot, is retried as without it. 7 KB.
  {
    file: /@smithy\/core\/.*\/serde\/date-utils\.js$/,
    cut: refusing([
      "parseRfc3339DateTime",
      "parseRfc3339DateTimeWithOffset",
      "parseRfc7231DateTime",
      "parseEpochTimestamp",
    ]),
  },
  {
    file: /@smithy\/core\/.*\/schema-serde-lib\/schema-date-utils\.js$/,
    cut: refusing(["_parseEpochTimestamp", "_parseRfc3339DateTimeWithOffset", "_parseRfc7231DateTime"]),
  },
  // Gives answers that are streams, of which there is none.
  { file: /@smithy\/core\/.*\/util-stream\/sdk-stream-mixin\.js$/, cut: refusing(["sdkStreamMixin"]) },
  // Asks an EC2 instance where it is, where AWS_EXECUTION_ENV and AWS_REGION do not tell: in Lambda both do.
  {
    file: /@smithy\/core\/.*\/regionConfig\/getInstanceMetadataRegion\.js$/,
    cut: instead("getInstanceMetadataRegion", "async () => undefined"),
  },
];

/** What a file exports under this name, replaced. Else it exports nothing: an import of more does not build. */
function instead(name: string, expression: string): SdkCut["cut"] {
  return (source) => {
    if (!new RegExp(`^export (class|const) ${name}\\b`, "m").test(source))
      throw new Error("exports otherwise");
    // Names of other files, which it hands on.
    const handedOn = source.match(/^export \{[^}]*\} from .*$/gm) ?? [];
    return [...handedOn, `export const ${name} = ${expression};`].join("\n");
  };
}

/** What stands before the first of these exports, and functions in their place that say they were cut. */
function refusing(names: readonly string[]): SdkCut["cut"] {
  return (source) => {
    const declared = [...source.matchAll(/^export const (\w+) = /gm)].map(([, name]) => name);
    if (declared.join() !== names.join()) throw new Error("exports otherwise");
    const before = source.slice(0, source.indexOf("export const "));
    const stubs = names.map(
      (name) => `export const ${name} = () => { throw new Error("${name} is not in this bundle."); };`,
    );
    return [before, ...stubs].join("\n");
  };
}

/** The service's schemas with only these errors registered: what is registered cannot be dropped as unused. */
function registering(kept: readonly string[]): SdkCut["cut"] {
  return (source) => {
    const names = [...source.matchAll(/^n0_registry\.registerError\((\w+)\$, \1\);$/gm)].map(
      ([, name]) => name,
    );
    if (names.length === 0 || kept.some((name) => !names.includes(name)))
      throw new Error("registers otherwise");
    const dropped = source.replace(
      /^n0_registry\.registerError\((\w+)\$, \1\);$/gm,
      (line: string, name: string) => (kept.includes(name) ? line : ""),
    );
    return droppable(dropped).replace(
      /^import \{[^}]*\} from "\.\.\/models\/errors";$/m,
      kept.length === 0 ? "" : `import { ${kept.join(", ")} } from "../models/errors";`,
    );
  };
}

/** Shapes have computed keys, for which the compiler keeps a constant that nothing uses unless told that it may not. */
const droppable = (source: string): string =>
  source.replace(/^((?:export )?var \w+\$? = )(\[[^]*?\]);$/gm, "$1/* @__PURE__ */ (() => $2)();");

/** Only these classes of errors. */
function declaring(kept: readonly string[]): SdkCut["cut"] {
  return (source) => {
    const classes = source.match(/^export class [^]*?^\}$/gm) ?? [];
    const stay = classes.filter((text) => kept.some((name) => text.startsWith(`export class ${name} `)));
    if (classes.length === 0 || stay.length !== kept.length) throw new Error("declares otherwise");
    const head = source.slice(0, source.indexOf("export class "));
    return kept.length === 0 ? "export {};" : [head, ...stay].join("\n");
  };
}

/** A region that the expression of its partition matches is found by that; its entry tells its name for people. */
function withoutRegionsThatMatch(source: string): string {
  interface Partition {
    readonly regionRegex: string;
    readonly regions: Readonly<Record<string, unknown>>;
  }
  const [, json] = /^export const partitionsInfo = (\{[^]*\});\s*$/.exec(source) ?? [];
  if (json === undefined) throw new Error("is no list of partitions");
  const { partitions, ...rest } = JSON.parse(json) as { partitions: readonly Partition[] };
  const short = partitions.map((partition) => ({
    ...partition,
    regions: Object.fromEntries(
      Object.keys(partition.regions)
        .filter((region) => !new RegExp(partition.regionRegex).test(region))
        .map((region) => [region, {}]),
    ),
  }));
  return `export const partitionsInfo = ${JSON.stringify({ partitions: short, ...rest })};`;
}
