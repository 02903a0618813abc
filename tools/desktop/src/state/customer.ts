import type { UserData } from "../client/index.js";

/** Keys of the protocol itself; what else is attached to a record is the calling list's own (`send_attribute`). */
const OWN_KEY = /^(GSW_|Interaction(Type|Subtype)$)/;

/** Keys of the engine that say something to an agent, in their order, with words for them. */
const WORDS: readonly (readonly [string, string])[] = [
  ["GSW_CALLING_LIST", "Calling list"],
  ["GSW_CAMPAIGN_NAME", "Campaign"],
  ["GSW_ATTEMPTS", "Attempts so far"],
  ["GSW_CALL_RESULT", "Last result"],
  ["GSW_CALL_TIME", "Last called"],
  ["GSW_DATE_TIME", "Scheduled for"],
  ["GSW_FROM", "May be called from"],
  ["GSW_UNTIL", "May be called until"],
  ["GSW_CPN_DIGITS", "Caller id shown"],
  ["GSW_RECORD_HANDLE", "Record handle"],
];

export interface Field {
  key: string;
  value: string;
  /** Integers stay integers when they are sent back. */
  isNumber: boolean;
}

/** The calling list's own fields of a record. */
export function customFields(data: UserData): Field[] {
  return Object.entries(data)
    .filter(([key, value]) => !OWN_KEY.test(key) && typeof value !== "object")
    .map(([key, value]) => ({ key, value: String(value), isNumber: typeof value === "number" }));
}

/** What the engine says of a record, in words. */
export function details(data: UserData, resultName: (result: number) => string): readonly (readonly [string, string])[] {
  return WORDS.flatMap(([key, words]) => {
    const value = data[key];
    return value === undefined || value === "" || (key === "GSW_CALL_RESULT" && value === 28) || typeof value === "object" ? [] : [[words, inWords(key, value, resultName)] as const];
  });
}

/** A name for the record's customer: a field that is called so, else the phone number. */
export function titleOf(data: UserData): string {
  const fields = customFields(data).filter((field) => !field.isNumber && field.value.trim() !== "");
  const whole = fields.find((field) => /^(customer|contact|client|full|display)?_?name$/i.test(field.key));
  if (whole !== undefined) {
    return whole.value;
  }

  const first = fields.find((field) => /^(first|given)_?name$/i.test(field.key));
  const last = fields.find((field) => /^(last|sur|family)_?name$/i.test(field.key));
  const name = [first?.value, last?.value].filter((part) => part !== undefined).join(" ");
  return name || String(data["GSW_PHONE"] ?? "Record");
}

/** `customer_name` as "Customer name". */
export function labelOf(key: string): string {
  const words = key.replace(/[_-]+/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2").trim().toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Seconds since midnight as 08:30. */
export function timeOfDay(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** The customer's clock, from `GSW_TZ_OFFSET`; null where the record does not say it. */
export function customerNow(data: UserData, now: number): Date | null {
  const offset = data["GSW_TZ_OFFSET"];
  return typeof offset === "number" ? new Date(now + offset * 1000) : null;
}

/** A moment as the value of an `<input type="datetime-local">`; the date's UTC parts are taken for the local ones. */
export function inputValue(local: Date): string {
  return local.toISOString().slice(0, 16);
}

/** Seconds as 1:05 or 1:02:03. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

function inWords(key: string, value: string | number, resultName: (result: number) => string): string {
  switch (key) {
    case "GSW_CALL_RESULT":
      return resultName(Number(value));
    case "GSW_FROM":
    case "GSW_UNTIL":
      return typeof value === "number" ? timeOfDay(value) : value;
    case "GSW_CALL_TIME":
      return Number(value) > 0 ? new Date(Number(value) * 1000).toLocaleString() : "never";
    default:
      return String(value);
  }
}
