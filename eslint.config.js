import js from "@eslint/js";
import globals from "globals";
import tseslint from "typescript-eslint";

const unusedVars = ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }];
// Typed through a tsconfig of its own, beside it.
const PAGE = "local/view/page/**/*.js";

export default tseslint.config(
  { ignores: ["node_modules", "**/cdk.out", "**/.local", "coverage", "**/dist"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,tsx}", PAGE],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // An unawaited promise in a Lambda is a lost message.
      "@typescript-eslint/no-floating-promises": ["error", { ignoreVoid: false }],
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/return-await": ["error", "in-try-catch"],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": unusedVars,
      "@typescript-eslint/only-throw-error": "error",
      "no-console": "off",
      eqeqeq: "error",
    },
  },
  {
    // A client begins things and goes on; what becomes of them shows in its state.
    files: ["client/**/*.{ts,tsx}"],
    rules: { "@typescript-eslint/no-floating-promises": ["error", { ignoreVoid: true }] },
  },
  {
    // What plain Node runs or reads: it is in no tsconfig, so the rules that need types are not for it.
    files: ["**/*.{js,mjs,cjs}"],
    ignores: [PAGE],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.node },
    rules: { "no-unused-vars": unusedVars, eqeqeq: "error" },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs" },
  },
);
