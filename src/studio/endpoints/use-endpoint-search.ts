import { useSearchOf } from "../kit/index.ts";

export const useEndpointSearch = () => useSearchOf("/w/$workspace/endpoints/$endpoint");
