/**
 * A vitest reporter that keeps what a cropped log loses: every failed test with its first error, and every test that
 * passed only at its second try, as lines of the file named by `CI_FINDINGS`.
 */
import { appendFileSync } from "node:fs";

export default class BrokenAndShaky {
  onTestRunEnd(modules, errors) {
    const lines = errors.map((error) => `FAILED outside of any test: ${error.message}`);
    for (const module of modules) {
      for (const error of module.errors()) lines.push(`FAILED ${module.relativeModuleId}: ${error.message}`);
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const result = test.result();
        if (result.state === "failed")
          lines.push(`FAILED ${name}: ${result.errors[0]?.message ?? "without an error"}`);
        else if (test.diagnostic()?.flaky)
          lines.push(`passed at the second try: ${name}: ${result.errors?.[0]?.message ?? ""}`);
      }
    }
    if (lines.length > 0) appendFileSync(process.env.CI_FINDINGS, lines.map((line) => `${line}\n`).join(""));
  }
}
