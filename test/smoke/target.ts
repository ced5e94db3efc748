import type { TestProject } from "vitest/node";
import { targetIn } from "./settings.ts";

/** The deployment that the command line names. */
export default function setup(project: TestProject): void {
  project.provide("cloud", targetIn(process.env));
}
