/** A member of a {@link WaitingList}; only the list writes these. */
export interface Waiting<T> {
  previous: T | undefined;
  next: T | undefined;
  waits: boolean;
}

/**
 * First come, first served, with quick removal from the middle: a doubly linked list through its members,
 *
 *     first ⇄ second ⇄ … ⇄ last
 *
 * whose links are cut on removal, so that a member that is done keeps no other alive.
 */
export class WaitingList<T extends Waiting<T>> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first;
  }

  add(member: T): void {
    member.waits = true;
    member.previous = this.#last;
    if (this.#last) this.#last.next = member;
    else this.#first = member;
    this.#last = member;
    this.#size += 1;
  }

  /** Does nothing when it is not in the list. */
  remove(member: T): void {
    if (!member.waits) return;
    if (member.previous) member.previous.next = member.next;
    else this.#first = member.next;
    if (member.next) member.next.previous = member.previous;
    else this.#last = member.previous;
    member.previous = undefined;
    member.next = undefined;
    member.waits = false;
    this.#size -= 1;
  }
}
