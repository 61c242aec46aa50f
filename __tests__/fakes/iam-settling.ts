/** What IAM does not show yet, or shows still: it settles in seconds, which are calls here. Names in any case. */
export class IamSettling<Role extends { readonly name: string }> {
  /** For how many of the next calls a new role cannot be seen, and a deleted one is still listed. */
  calls = 0;
  #soFar = 0;
  readonly #seenFrom = new Map<string, number>();
  readonly #listedUntil = new Map<string, { readonly role: Role; readonly call: number }>();

  /** One more call. */
  tick(): void {
    this.#soFar += 1;
  }

  made({ name }: Role): void {
    if (this.calls > 0) this.#seenFrom.set(name.toLowerCase(), this.#soFar + this.calls);
  }

  deleted(role: Role): void {
    if (this.calls > 0)
      this.#listedUntil.set(role.name.toLowerCase(), { role, call: this.#soFar + this.calls });
  }

  isSeen({ name }: Role): boolean {
    return (this.#seenFrom.get(name.toLowerCase()) ?? 0) <= this.#soFar;
  }

  /** Of the roles that are there, those that a listing names, and with them those that are gone. */
  listed(roles: ReadonlyMap<string, Role>): Role[] {
    const deleted = [...this.#listedUntil.values()].filter(({ call }) => call > this.#soFar);
    return [
      ...[...roles.values()].filter((role) => this.isSeen(role)),
      ...deleted.map(({ role }) => role).filter(({ name }) => !roles.has(name.toLowerCase())),
    ];
  }

  /** From here on everything is seen as it is. */
  end(): void {
    this.calls = 0;
    this.#seenFrom.clear();
    this.#listedUntil.clear();
  }
}
