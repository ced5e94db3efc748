import type { Fields } from "./fields.ts";
import type { StackFiles } from "./template.ts";

/** One resource of one stack, as its template has it. */
export interface Resource {
  /** Stack and logical id: unique in the app and the same on every start. */
  readonly key: string;
  readonly logicalId: string;
  readonly stack: StackFiles;
  readonly type: string;
  /** Where it stands in the construct tree, for messages. */
  readonly path: string;
  /** As in the template, intrinsics and all. */
  readonly properties: Fields;
}
