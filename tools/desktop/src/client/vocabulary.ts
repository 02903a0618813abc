/** Enumerations of the outbound protocol, as far as a desktop shows or sends them. */

/** Results that an agent may give a call, `GSW_CALL_RESULT`, the usual ones first. */
export const AGENT_RESULTS: readonly (readonly [number, string])[] = [
  [33, "Answer"],
  [9, "Answering Machine"],
  [7, "No Answer"],
  [6, "Busy"],
  [53, "Wrong Number"],
  [40, "Wrong Party"],
  [17, "Fax Detected"],
  [12, "SIT Vacant"],
  [32, "Silence"],
  [38, "Pager Detected"],
  [1, "Transferred"],
  [2, "Conferenced"],
  [21, "Abandoned"],
  [19, "Cleared"],
  [5, "Remote Release"],
  [3, "General Error"],
  [0, "OK"],
];

const OTHER_RESULTS: readonly (readonly [number, string])[] = [
  [4, "System Error"],
  [8, "SIT Detected"],
  [10, "All Trunks Busy"],
  [11, "SIT Invalid Number"],
  [13, "SIT Intercept"],
  [14, "SIT Unknown"],
  [15, "SIT No Circuit"],
  [16, "SIT Reorder"],
  [18, "Queue Full"],
  [20, "Overflowed"],
  [22, "Redirected"],
  [23, "Forwarded"],
  [24, "Consult"],
  [25, "Picked Up"],
  [26, "Dropped"],
  [27, "Dropped on No Answer"],
  [28, "Unknown Call Result"],
  [29, "Covered"],
  [30, "Converse-On"],
  [31, "Bridged"],
  [34, "NU Tone"],
  [35, "No Dial Tone"],
  [36, "No Progress"],
  [37, "No RingBack Tone"],
  [39, "No Established Detected"],
  [41, "Dial Error"],
  [42, "Call Drop Error"],
  [43, "Switch Error"],
  [44, "No Free Port Error"],
  [45, "Transfer Error"],
  [46, "Stale"],
  [47, "Agent Callback Error"],
  [48, "Group Callback Error"],
  [49, "Deafened"],
  [50, "Held"],
  [51, "Do Not Call"],
  [52, "Cancel Record"],
];

const RESULT_NAMES = new Map([...AGENT_RESULTS, ...OTHER_RESULTS]);

/** A result's name. */
export function callResultName(result: number): string {
  return RESULT_NAMES.get(result) ?? `Result ${result}`;
}

/** Kinds of phone, `GSW_PHONE_TYPE`. */
export const PHONE_TYPES: readonly (readonly [number, string])[] = [
  [1, "Home"],
  [2, "Direct business"],
  [3, "Business with extension"],
  [4, "Mobile"],
  [5, "Vacation"],
  [6, "Pager"],
  [7, "Modem"],
  [8, "Voice mail"],
  [9, "Pin pager"],
  [10, "E-mail address"],
  [11, "Instant messaging"],
  [0, "Other"],
];

const PHONE_NAMES = new Map(PHONE_TYPES);

/** A phone type's name. */
export function phoneTypeName(type: number): string {
  return PHONE_NAMES.get(type) ?? `Type ${type}`;
}

/** `GSW_CALLBACK_TYPE`: to the agent who asks for it, or to anyone of the campaign. */
export type CallbackType = "Personal" | "Campaign";

/** `GSW_CHAIN_ATTR`: all numbers of the person, or this one only. */
export type ChainAttribute = "AllChain" | "RecordOnly";

/** `GSW_TREATMENT` of RecordProcessed. */
export type Treatment = "RecordTreatPersonal" | "RecordTreatCampaign";
