import type { ErrorKind } from "./error-kind.ts";

/** Model files and their export. */
export const modelErrors = {
  // The model file
  SLW_MODEL_UNREADABLE: {
    status: 404,
    title: "The model file cannot be read.",
    fix: "Check the path and that you may read it.",
  },
  SLW_MODEL_UNWRITABLE: {
    status: 500,
    title: "The model file cannot be written.",
    fix: "Check that the folder exists, that you may write to it and that the disk has room.",
  },
  SLW_MODEL_FORMAT: {
    status: 400,
    title: "The file is not a Slipway model.",
    fix: "Give a .slipway file, as `slipway automl` writes it.",
  },
  SLW_MODEL_VERSION: {
    status: 400,
    title: "The model file was written in a newer format than this Slipway reads.",
    fix: "Install a newer Slipway, or train the model again with this one.",
  },
  SLW_MODEL_CUT: {
    status: 400,
    title: "The model file is incomplete.",
    fix: "Copy the file again, or train the model again.",
  },
  SLW_MODEL_ALTERED: {
    status: 400,
    title: "The model file does not match its checksum.",
    fix: "Copy the file again (in binary mode), or train the model again.",
  },
  SLW_MODEL_INVALID: {
    status: 400,
    title: "The model does not make sense.",
    fix: "Use the file as Slipway wrote it; if it is, report this with the message.",
  },

  // Exporting a model
  SLW_EXPORT_UNSUPPORTED: {
    status: 422,
    title: "A part of the model has no equal in the format.",
    fix: "Score the .slipway file itself, with slipway predict or slipway serve.",
  },
  SLW_EXPORT_TEXT: {
    status: 422,
    title: "A name, label or category cannot be written as UTF-8.",
    fix: "Correct the text in the training data, and train the model again.",
  },
} as const satisfies Record<string, ErrorKind>;
