import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Option } from './completion';

/** The list of what can be put in at the caret; the keys belong to the editor that shows it. */
export function Suggestions(properties: {
  /** Of the list and, with a number behind, of its options. */
  id: string;
  label: string;
  options: readonly Option[];
  active: number;
  /** How far below the editor's top it opens, in pixels. */
  below: () => number;
  onTake: (index: number) => void;
}) {
  const { id, label, options, active, below, onTake } = properties;
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    list.current!.style.top = `${String(below())}px`;
  });
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul
      ref={list}
      id={`${id}-list`}
      role="listbox"
      aria-label={label}
      className="suggestions"
      tabIndex={0}
    >
      {options.map(({ label: text, example }, index) => (
        <li
          key={`${text} ${example}`}
          id={`${id}-${String(index)}`}
          role="option"
          aria-selected={index === active}
          // The text keeps the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(index);
          }}
        >
          <span>{text}</span>
          <span className="suggestion-example">{example}</span>
        </li>
      ))}
    </ul>
  );
}
