import { defineConfig } from "vite";

// The page lives at /desktop of the engine's CTI address. While developing, `npm run dev` passes the link on to an engine on this machine.
export default defineConfig({
  base: "/desktop/",
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false, reportCompressedSize: false },
  server: { port: 5173, strictPort: false, proxy: { "/cti": { target: "ws://127.0.0.1:8481", ws: true } } },
});
