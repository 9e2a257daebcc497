import { useState, type ReactElement } from "react";
import type { AutoMLRun } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CopyAs, Dialog, LinkButton, TextField, shellQuoted } from "../kit/index.ts";
import type { RunFacts } from "./run-data.ts";

/** What to do next: start it again with other options, register the model, deploy it. */
export function RunActions({ facts }: { readonly facts: RunFacts }): ReactElement {
  const workspace = useWorkspace();
  const { automl, hasModel } = facts;
  return (
    <>
      {!facts.isActive && (
        <LinkButton to="/w/$workspace/automl/new" params={{ workspace }} search={{ from: automl.id }}>
          Clone
        </LinkButton>
      )}
      {automl.modelVersion === null
        ? hasModel && <RegisterModel facts={facts} />
        : hasModel && (
            <LinkButton
              variant="primary"
              to="/w/$workspace/endpoints/new"
              params={{ workspace }}
              search={{ model: automl.modelVersion.replace("/", "@") }}
            >
              Deploy best
            </LinkButton>
          )}
    </>
  );
}

const path = "model.slipway";

/** The run remembers the version, so that its page offers to deploy it. */
function useRegister({ id }: AutoMLRun) {
  const workspace = useWorkspace();
  const register = useAction("registerModelVersion");
  const tag = useAction("updateRun", { success: "The model is registered" });
  const body = { source: { run: id, path } };
  const submit = async (model: string, close: () => void): Promise<void> => {
    try {
      const { version } = await register.run({ workspace, model, body });
      await tag.run({ workspace, run: id, body: { tags: { "slipway.model_version": `${model}/${version}` } } });
      close();
    } catch {
      // Told already; the dialog stays for another name.
    }
  };
  return { submit, body, isPending: register.pending || tag.pending };
}

function RegisterModel({ facts: { automl } }: { readonly facts: RunFacts }): ReactElement {
  const workspace = useWorkspace();
  const [model, setModel] = useState(automl.data.dataset);
  const { submit: register, body, isPending } = useRegister(automl);
  const submit = (close: () => void): Promise<void> => register(model, close);
  return (
    <Dialog
      title="Register the best model"
      trigger={<Button variant="primary">Register model</Button>}
      actions={(close) => (
        <>
          <CopyAs
            cli={`slipway models register ${shellQuoted(model)} --run ${automl.id}`}
            rest={{
              method: "POST",
              path: `/api/v1/workspaces/${encodeURIComponent(workspace)}/models/${encodeURIComponent(model)}/versions`,
              body,
            }}
          />
          <Button variant="primary" isPending={isPending} isDisabled={model === ""} onPress={() => void submit(close)}>
            Register
          </Button>
        </>
      )}
    >
      {(close) => (
        <TextField
          label="Model"
          value={model}
          onChange={setModel}
          onSubmit={() => void submit(close)}
          maxLength={256}
          autoFocus
          description="The next version of it; a model that is not there is made."
        />
      )}
    </Dialog>
  );
}
