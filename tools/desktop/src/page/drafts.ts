import type { CallbackType, Treatment, UserData } from "../client/index.js";
import { customFields } from "../state/customer.js";
import type { DeskRecord } from "../state/desk.js";

/** What an agent has begun to enter for a record and has not sent: kept while another record is looked at. */
export interface Draft {
  result: string;
  treatment: Treatment | "";
  callbackType: CallbackType;
  when: string;
  /** Changed fields by key, as typed. */
  fields: Map<string, string>;
}

export class Drafts {
  readonly #drafts = new Map<number, Draft>();

  of(record: DeskRecord): Draft {
    let draft = this.#drafts.get(record.key.handle);
    if (draft === undefined) {
      draft = { result: "", treatment: "", callbackType: "Campaign", when: "", fields: new Map() };
      this.#drafts.set(record.key.handle, draft);
    }

    return draft;
  }

  /** Forgets the drafts of records that are gone. */
  keep(records: readonly DeskRecord[]): void {
    for (const handle of this.#drafts.keys()) {
      if (!records.some((record) => record.key.handle === handle)) {
        this.#drafts.delete(handle);
      }
    }
  }
}

/** The changed fields as they are sent: integers as integers. A value that is no integer where one belongs is left to the engine, which says so. */
export function changedFields(record: DeskRecord, draft: Draft): UserData {
  const changed: UserData = {};
  for (const field of customFields(record.data)) {
    const typed = draft.fields.get(field.key);
    if (typed !== undefined && typed !== field.value) {
      changed[field.key] = field.isNumber && /^-?\d{1,15}$/.test(typed.trim()) ? Number(typed) : typed;
    }
  }

  return changed;
}
