/**
 * Whether a path, relative and with `/`, is one that a pattern of cdk.json's `watch` means: `*` and `?` stay
 * within a folder, `**` crosses folders and may stand for none, `{a,b}` and `[a-c]` choose.
 */
export function matcherOf(pattern: string): (path: string) => boolean {
  const expression = new RegExp(`^${expressionOf(pattern.replace(/^\.\//, "").replace(/\/$/, ""))}$`, "s");
  return (path) => expression.test(path);
}

function expressionOf(pattern: string): string {
  let expression = "";
  let depth = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const rest = pattern.slice(at);
    const [token = ""] = /^(?:\/\*\*$|\*\*\/|\*+|\[[^\]/]+\]|\\.|.)/s.exec(rest) ?? [];
    at += token.length - 1;
    if (token === "/**") expression += "(?:/.*)?";
    else if (token === "**/") expression += "(?:.*/)?";
    else if (token === "**") expression += ".*";
    else if (token.startsWith("*")) expression += "[^/]*";
    else if (token === "?") expression += "[^/]";
    else if (token.startsWith("[") && token.length > 1) expression += token.replace(/^\[!/, "[^");
    else if (token === "{" && rest.includes("}")) {
      depth += 1;
      expression += "(?:";
    } else if (token === "}" && depth > 0) {
      depth -= 1;
      expression += ")";
    } else if (token === "," && depth > 0) expression += "|";
    else expression += token.slice(-1).replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
  }
  return expression;
}
