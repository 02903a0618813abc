/** Small helpers for building the page. Text goes in as text: nothing that an engine or a customer wrote is ever read as HTML. */

type Child = Node | string | null | false | undefined;

type Props<E> = { [K in keyof E]?: E[K] } & { class?: string; aria?: Record<string, string>; data?: Record<string, string> };

export function h<N extends keyof HTMLElementTagNameMap>(
  name: N,
  props: Props<HTMLElementTagNameMap[N]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[N] {
  const element = document.createElement(name);
  const { class: classes, aria, data, ...rest } = props as Props<HTMLElement>;
  Object.assign(element, rest);
  if (classes !== undefined) {
    element.className = classes;
  }

  for (const [key, value] of Object.entries(aria ?? {})) {
    element.setAttribute(key === "role" ? "role" : `aria-${key}`, value);
  }

  Object.assign(element.dataset, data);
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false && child !== undefined));
  return element;
}

/** A button that runs something and is off while it runs. */
export function button(label: string, classes: string, run: () => unknown, shortcut?: string): HTMLButtonElement {
  const element = h("button", { type: "button", class: classes }, label);
  if (shortcut !== undefined) {
    element.title = shortcut;
    element.setAttribute("aria-keyshortcuts", shortcut.replace(/ /g, ""));
  }

  element.addEventListener("click", () => void busy(element, run));
  return element;
}

/** Runs something; the element that started it is off meanwhile. */
export async function busy(element: HTMLButtonElement, run: () => unknown): Promise<void> {
  if (element.getAttribute("aria-busy") === "true") {
    return;
  }

  element.setAttribute("aria-busy", "true");
  try {
    await run();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

let fields = 0;

/** A form control with its label and, where there is one, a hint. The label names the control alone: not its hint, nor a list's choices. */
export function field(label: string, control: HTMLElement, hint?: string | HTMLElement): HTMLDivElement {
  control.id = `field-${++fields}`;
  const words = typeof hint === "string" ? h("span", { class: "hint" }, hint) : hint;
  if (words !== undefined) {
    words.id = `${control.id}-hint`;
    control.setAttribute("aria-describedby", words.id);
  }

  return h("div", { class: "field" }, h("label", { class: "label", htmlFor: control.id }, label), control, words);
}

export function select(options: Iterable<readonly [string, string]>): HTMLSelectElement {
  const element = h("select");
  for (const [value, label] of options) {
    element.append(h("option", { value }, label));
  }

  return element;
}

/** Sets text only where it differs: screen readers and selections are left alone. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Puts these children into the element where they are not there in this order already. */
export function setChildren(element: Element, children: readonly Element[]): void {
  if (children.length !== element.children.length || children.some((child, i) => element.children[i] !== child)) {
    element.replaceChildren(...children);
  }
}

/** A window over the page, modal, closed by Escape and by its own buttons. */
export function dialog(title: string, body: (close: () => void) => Child[]): void {
  const heading = h("h2", { id: "dialog-title" }, title);
  const element = h("dialog", { class: "dialog", aria: { labelledby: "dialog-title" } });
  element.append(heading, ...(body(() => element.close()).filter((child) => child instanceof Node || typeof child === "string") as (Node | string)[]));
  element.addEventListener("close", () => element.remove());
  document.body.append(element);
  element.showModal();
}
