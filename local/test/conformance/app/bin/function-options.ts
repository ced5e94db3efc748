import type { RecursiveLoop } from "aws-cdk-lib/aws-lambda";

export interface FunctionOptions {
  readonly handler?: string;
  readonly timeoutSeconds?: number;
  readonly memoryMb?: number;
  readonly processes?: number;
  readonly recursiveLoop?: RecursiveLoop;
}
