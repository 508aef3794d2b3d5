/** Longer than the browser takes to see that what had the keys is gone, or is disabled. */
const SETTLE_MS = 50;

/** Puts the keys on the heading of the page, as if it had just been opened. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1, h1');
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus();
}

/** Once what goes on now is drawn: when nothing has the keys any more, the page's heading gets them. */
export function focusWhenLost(): void {
  setTimeout(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) focusHeading();
  }, SETTLE_MS);
}
