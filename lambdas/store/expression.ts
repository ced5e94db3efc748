/** Collects the names and values of one request's expressions: every name is a placeholder, so none is reserved. */
export class Expression {
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, unknown>();

  /** `path("conns", id)` gives `#0.#1`; a number is an index: `path("participants", 0)` gives `#0[0]`. */
  path(...steps: readonly (string | number)[]): string {
    return steps
      .map((step, index) => {
        if (typeof step === "number") return `[${step}]`;
        let placeholder = this.#names.get(step);
        if (!placeholder) this.#names.set(step, (placeholder = `#${this.#names.size}`));
        return index === 0 ? placeholder : `.${placeholder}`;
      })
      .join("");
  }

  value(value: unknown): string {
    const placeholder = `:${this.#values.size}`;
    this.#values.set(placeholder, value);
    return placeholder;
  }

  /** The request's fields; what is unused is left out, as the service demands. */
  attributes(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, unknown>;
  } {
    const names = Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name]));
    return {
      ...(this.#names.size > 0 ? { ExpressionAttributeNames: names } : {}),
      ...(this.#values.size > 0 ? { ExpressionAttributeValues: Object.fromEntries(this.#values) } : {}),
    };
  }
}
