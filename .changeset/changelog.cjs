/** What stands in the changelog: the sentences of the changesets, and which packages moved along. */
module.exports = {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().split("\n").join("\n  ")}`,
  getDependencyReleaseLine: async (_changesets, moved) =>
    moved.map(({ name, newVersion }) => `- With \`${name}\` ${newVersion}.`).join("\n"),
};
