export const handler = (): string => "never reached";

throw new Error("This module does not load.");
