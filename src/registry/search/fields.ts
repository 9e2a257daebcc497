/** What can be searched: MLflow's names (mlflow/utils/search_utils.py) and the columns behind them. */

export interface Attribute {
  readonly column: string;
  readonly type: "text" | "number";
  /** May it stand before IN and NOT IN? */
  readonly list?: true;
}

export interface SearchFields {
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** jsonb. */
  readonly tags: string;
  /** Columns by the names that order_by takes. */
  readonly order: Readonly<Record<string, string>>;
  /** Where order_by is absent: columns with a dash before descending ones. */
  readonly byDefault: readonly string[];
  /** Added to every order, so that pages do not overlap. */
  readonly unique: readonly string[];
}

export const modelSearch: SearchFields = {
  attributes: { name: { column: "registered_models.name", type: "text", list: true } },
  tags: "registered_models.tags",
  order: {
    name: "registered_models.name",
    creation_timestamp: "registered_models.created_at",
    last_updated_timestamp: "registered_models.updated_at",
    timestamp: "registered_models.updated_at",
  },
  byDefault: [],
  unique: ["registered_models.name"],
};

export const versionSearch: SearchFields = {
  attributes: {
    name: { column: "registered_models.name", type: "text", list: true },
    run_id: { column: "model_versions.run_id", type: "text", list: true },
    source_path: { column: "model_versions.source_uri", type: "text" },
    version_number: { column: "model_versions.version", type: "number" },
  },
  tags: "model_versions.tags",
  order: {
    name: "registered_models.name",
    version_number: "model_versions.version",
    creation_timestamp: "model_versions.created_at",
    last_updated_timestamp: "model_versions.updated_at",
  },
  byDefault: ["-model_versions.updated_at"],
  unique: ["registered_models.name", "-model_versions.version"],
};
