export default function AutoMLRunPage(_props: { readonly run: string }) { return null; }
