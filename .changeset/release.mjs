// `npm run release`: the changesets become the next version, its section of the changelog, a commit and a tag.
// Pushes and publishes nothing. The packages of changesets are called here because its own command does not
// see the root package, which is the product, once there is a workspace beside it.
import { execFileSync } from "node:child_process";
import applyReleasePlan from "@changesets/apply-release-plan";
import assembleReleasePlan from "@changesets/assemble-release-plan";
import { read as readConfig } from "@changesets/config";
import readChangesets from "@changesets/read";
import { getPackages } from "@manypkg/get-packages";

const ROOT = process.cwd();

const run = (command, ...args) => execFileSync(command, args, { stdio: "inherit" });
const outputOf = (command, ...args) => execFileSync(command, args, { encoding: "utf8" }).trim();

async function release() {
  if (outputOf("git", "status", "--porcelain") !== "") {
    return refuse("There are changes that are not committed: a release is made of what is.");
  }
  const packages = await allPackages();
  const config = await readConfig(ROOT, packages);
  const plan = assembleReleasePlan(await readChangesets(ROOT), packages, config, undefined);
  const releases = plan.releases.filter(({ type }) => type !== "none");
  if (releases.length === 0) return refuse("No changeset in .changeset: there is nothing to release.");

  await applyReleasePlan(plan, packages, config, undefined, ROOT);
  run("npm", "install", "--package-lock-only", "--no-audit", "--no-fund");
  try {
    run("npm", "run", "check");
  } catch {
    return refuse("The check failed: nothing is committed. `git stash --include-untracked` puts it away.");
  }
  const tags = releases.map((one) => tagOf(one, packages));
  run("git", "add", "--all");
  run("git", "commit", "--quiet", "--message", `chore(release): ${tags.join(", ")}`);
  for (const tag of tags) run("git", "tag", "--annotate", "--message", tag, tag);
  console.log(`${tags.join(", ")}: look at it, then \`git push --follow-tags\`.`);
  return 0;
}

/** The product is the root package; where there are workspaces, it stands beside them. */
async function allPackages() {
  const found = await getPackages(ROOT);
  const others = found.packages.filter(({ dir }) => dir !== found.root.dir);
  return { ...found, packages: [found.root, ...others] };
}

const tagOf = ({ name, newVersion }, { root }) =>
  name === root.packageJson.name ? `v${newVersion}` : `${name}@${newVersion}`;

function refuse(sentence) {
  console.error(sentence);
  return 1;
}

process.exitCode = await release();
