export * from "./wire.js";
export * from "./errors.js";
export * from "./vocabulary.js";
export * from "./connection.js";
export * from "./outbound.js";
export * from "./session.js";
