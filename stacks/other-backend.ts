import { TerraformBackend, type TerraformRemoteState } from "cdktf";
import type { Construct } from "constructs";
import type { BackendConfig } from "./synth-config.ts";

type OtherBackendConfig = Extract<BackendConfig, { readonly kind: "other" }>;

/** Any of Terraform's backends, with arguments that nobody here reads. */
export class OtherBackend extends TerraformBackend {
  readonly #config: OtherBackendConfig;
  readonly #state: string;

  /** @param state the state's name, which is the value of `stateSetting` */
  constructor(scope: Construct, config: OtherBackendConfig, state: string) {
    super(scope, "backend", config.type);
    this.#config = config;
    this.#state = state;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return withSetting(this.#config.settings, this.#config.stateSetting.split("."), this.#state);
  }

  /** @throws Error always: no stack reads another's state */
  override getRemoteStateDataSource(_scope: Construct, name: string): TerraformRemoteState {
    throw new Error(`The state "${name}" of a backend "${this.#config.type}" is read by no stack`);
  }
}

function withSetting(
  settings: object,
  [first = "", ...more]: string[],
  value: string,
): Record<string, unknown> {
  const below = (settings as Record<string, unknown>)[first];
  const inner = typeof below === "object" && below !== null ? below : {};
  return { ...settings, [first]: more.length === 0 ? value : withSetting(inner, more, value) };
}
