import { useSearchOf } from "../kit/index.ts";

export const useModelSearch = () => useSearchOf("/w/$workspace/models/$model");
