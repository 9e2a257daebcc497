/** Two attributes that React treats in its own way and Preact as the document does. */
import { options, type Ref, type RefCallback, type VNode } from "preact";

const focused = new WeakSet<Element>();

/** An element that comes into a page is focused when it is there, and not again when it is drawn anew. */
function focusOnce(element: HTMLElement | null): void {
  if (element === null || focused.has(element)) return;
  focused.add(element);
  element.focus();
}

/** By the element's own reference, so that it stays the same from one drawing to the next. */
const references = new WeakMap<object, RefCallback<HTMLElement>>();

function withFocus(own: Ref<HTMLElement> | null | undefined): RefCallback<HTMLElement> {
  if (own === null || own === undefined) return focusOnce;
  const made = references.get(own);
  if (made !== undefined) return made;
  const both = (element: HTMLElement | null): void => {
    if (typeof own === "function") own(element);
    else own.current = element;
    focusOnce(element);
  };
  references.set(own, both);
  return both;
}

/**
 * `autoFocus` gives an element the focus whenever it comes into the page: the document's own attribute does it once, as the
 * page is loaded. `spellCheck={false}` is said to the browser as a text, since leaving the attribute out means yes.
 */
export function addReactAttributes(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    if (typeof vnode.type === "string") {
      const props = vnode.props as { spellCheck?: unknown; autoFocus?: unknown };
      if (props.spellCheck === false) props.spellCheck = "false";
      if (props.autoFocus === true) vnode.ref = withFocus(vnode.ref as Ref<HTMLElement> | null) as typeof vnode.ref;
    }
    before?.(vnode);
  };
}
