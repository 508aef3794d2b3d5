import Textarea from '@cloudscape-design/components/textarea';
import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { useTexts } from '../../../i18n/language';
import type { Completion } from './completion';
import { Suggestions } from './suggestions';

/** What is typed so far, and where. */
type Complete = (text: string, caret: number, open: boolean) => Completion | undefined;

/**
 * A text area that completes what is typed: a list opens at the caret while something fits, or on Ctrl+Space. Arrow keys
 * choose, Enter and Tab put in, Escape closes. What `marked` finds is set off in the text itself.
 */
export function CodeEditor(properties: {
  label: string;
  value: string;
  rows: number;
  marked?: RegExp;
  invalid?: boolean;
  complete: Complete;
  onChange: (value: string) => void;
}) {
  const { label, value, rows, marked, invalid = false, complete, onChange } = properties;
  const { editor } = useTexts();
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const backdrop = useRef<HTMLPreElement>(null);
  const [offer, setOffer] = useState<Completion & { active: number }>();
  /** Where the caret is to be put once the value is there. */
  const wanted = useRef<number>(undefined);
  const area = (): HTMLTextAreaElement => frame.current!.querySelector('textarea')!;
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const caret = wanted.current;
    wanted.current = undefined;
    area().focus();
    area().setSelectionRange(caret, caret);
    look(false);
  });
  useScrolledWith(frame, backdrop);

  function look(open: boolean): void {
    const { value: text, selectionStart, selectionEnd } = area();
    const found = selectionStart === selectionEnd && complete(text, selectionStart, open);
    setOffer(found ? { ...found, active: 0 } : undefined);
  }
  const take = (index: number): void => {
    if (!offer) return;
    const { insert, caret = insert.length } = offer.options[index]!;
    const next = value.slice(0, offer.from) + insert + value.slice(offer.to);
    wanted.current = offer.from + caret;
    setOffer(undefined);
    onChange(next);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const handled = keyed(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };
  function keyed(event: KeyboardEvent): boolean {
    if (event.key === ' ' && event.ctrlKey) {
      look(true);
      return true;
    }
    if (!offer) return false;
    const { length } = offer.options;
    if (event.key === 'Escape') setOffer(undefined);
    else if (event.key === 'ArrowDown') setOffer({ ...offer, active: (offer.active + 1) % length });
    else if (event.key === 'ArrowUp')
      setOffer({ ...offer, active: (offer.active + length - 1) % length });
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) take(offer.active);
    else return false;
    return true;
  }
  return (
    <div
      className="mono code-editor"
      ref={frame}
      onKeyDownCapture={onKey}
      onClick={() => offer && look(false)}
      onBlur={() => setOffer(undefined)}
    >
      <Textarea
        ariaLabel={label}
        rows={rows}
        spellcheck={false}
        autoComplete={false}
        value={value}
        invalid={invalid}
        nativeTextareaAttributes={{
          'aria-autocomplete': 'list',
          'aria-haspopup': 'listbox',
          'aria-controls': offer ? `${id}-list` : undefined,
          'aria-activedescendant': offer ? `${id}-${String(offer.active)}` : undefined,
          onInput: () => queueMicrotask(() => look(false)),
        }}
        onChange={({ detail }) => onChange(detail.value)}
      />
      <Backdrop text={value} marked={marked} caret={offer?.from} ref={backdrop} />
      {offer && (
        <Suggestions
          id={id}
          label={editor.suggestions}
          options={offer.options}
          active={offer.active}
          below={() => bottomOfCaret(frame, backdrop)}
          onTake={take}
        />
      )}
      <span role="status" className="visually-hidden">
        {offer && editor.found(offer.options.length, offer.options[offer.active]!.label)}
      </span>
    </div>
  );
}

/** Lies over the text, in the same place, and marks what is set off; it finds out where the caret is, too. */
function Backdrop(properties: {
  text: string;
  marked: RegExp | undefined;
  caret: number | undefined;
  ref: RefObject<HTMLPreElement | null>;
}) {
  const { text, marked, caret, ref } = properties;
  const pieces = marked === undefined ? [text] : text.split(marked);
  return (
    <div className="code-backdrop" aria-hidden="true">
      <pre ref={ref}>
        {pieces.map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece))}
        {'\n'}
      </pre>
      {caret !== undefined && (
        <pre>
          {text.slice(0, caret)}
          <span data-caret="" />
        </pre>
      )}
    </div>
  );
}

/** How far below the frame's top the caret's line ends, in pixels; at most at the text area's end. */
function bottomOfCaret(
  frame: RefObject<HTMLDivElement | null>,
  backdrop: RefObject<HTMLPreElement | null>,
): number {
  const outer = frame.current!.getBoundingClientRect();
  const layer = backdrop.current!.parentElement!;
  const caret = layer.querySelector('[data-caret]')?.getBoundingClientRect();
  const end = layer.getBoundingClientRect().bottom;
  return Math.min(caret?.bottom ?? end, end) - outer.top;
}

/** Gives the layer the text area's measures, and moves it with its text. */
function useScrolledWith(
  frame: RefObject<HTMLDivElement | null>,
  backdrop: RefObject<HTMLPreElement | null>,
): void {
  useLayoutEffect(() => {
    const area = frame.current!.querySelector('textarea')!;
    const layer = backdrop.current!.parentElement!;
    const measure = (): void => {
      const style = getComputedStyle(area);
      for (const name of [
        'paddingTop',
        'paddingLeft',
        'lineHeight',
        'fontSize',
        'letterSpacing',
      ] as const)
        layer.style[name] = style[name];
      layer.style.left = `${String(area.offsetLeft + area.clientLeft)}px`;
      layer.style.top = `${String(area.offsetTop + area.clientTop)}px`;
      layer.style.width = `${String(area.clientWidth)}px`;
      layer.style.height = `${String(area.clientHeight)}px`;
      layer.style.paddingRight = style.paddingRight;
    };
    const scroll = (): void =>
      layer.style.setProperty('--scrolled', `${String(-area.scrollTop)}px`);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(area);
    area.addEventListener('scroll', scroll);
    return () => {
      watch.disconnect();
      area.removeEventListener('scroll', scroll);
    };
  }, [frame, backdrop]);
}
