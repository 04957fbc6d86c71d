// Command page makes the page that explains errors offline: one file of HTML with
// the recogniser as WebAssembly in it.
//
//	go run ./page ../docs/explain/index.html
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var (
	//go:embed page.html
	html string
	//go:embed page.css
	style string
	//go:embed page.js
	script string
	//go:embed worker.js
	worker string
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: page FILE")
	}
	page, err := build()
	if err == nil {
		err = os.MkdirAll(filepath.Dir(os.Args[1]), 0o755)
	}
	if err == nil {
		err = os.WriteFile(os.Args[1], page, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// build makes the page.
func build() ([]byte, error) {
	program, err := compile()
	if err != nil {
		return nil, err
	}
	runner, err := os.ReadFile(filepath.Join(goRoot(), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	// The page may run its own script and program, and reach nothing at all.
	policy := "default-src 'none'; script-src " + hash(script) + " 'wasm-unsafe-eval' blob:; worker-src blob:; style-src " + hash(style) + "; base-uri 'none'; form-action 'none'"
	page := strings.NewReplacer("{{.Policy}}", policy, "{{.Style}}", style, "{{.Script}}", script,
		"{{.Worker}}", string(runner)+"\n"+worker, "{{.Program}}", base64.StdEncoding.EncodeToString(program)).Replace(html)
	return []byte(page), nil
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// compile returns the recogniser as WebAssembly, compressed.
func compile() ([]byte, error) {
	dir, err := os.MkdirTemp("", "spcheck-page-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "explain.wasm")
	cmd := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "github.com/spcheck/spcheck/tools/page/wasm")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	program, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(program); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// goRoot is where Go's own files are.
func goRoot() string {
	out, err := exec.CommandContext(context.Background(), "go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
