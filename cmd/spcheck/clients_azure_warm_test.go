package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Starting Azure CLI takes more of the processor than most of its commands, and these
// tests run a hundred of them. So that the libraries that it uses are loaded once,
// azure-warm.py loads them and forks a process for each command. What runs there is
// Azure CLI as it is installed, with the environment, folder and streams that the
// command was given. A few tests start it as users do.

// warmAz is an az that asks azure-warm.py at a socket.
const warmAz = `#!%s -IS
import json, os, socket, sys
az = socket.socket(socket.AF_UNIX)
az.connect(%q)
socket.send_fds(az, [b"x"], [0, 1, 2])
az.sendall(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd()}).encode() + b"\n")
sys.exit(int(az.makefile().readline() or 1))
`

// warmAzure is a folder with such an az. It is empty where there is none, and the az
// of the machine has to be started for each command: on Windows, which cannot fork,
// and where it is not known which Python runs it.
var warmAzure = sync.OnceValue(func() string {
	if runtime.GOOS == "windows" {
		return ""
	}
	script, err := filepath.Abs(filepath.Join("..", "..", "testdata", "clients", "azure-warm.py"))
	if err != nil {
		return ""
	}
	dir := filepath.Join(filepath.Dir(binary), "warm")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return ""
	}
	socket := filepath.Join(dir, "s")
	for _, python := range pythonsOfAzure() {
		if !serveWarmly(python, script, socket) {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, "az"), fmt.Appendf(nil, warmAz, python, socket), 0o700); err != nil {
			return ""
		}
		return dir
	}
	return ""
})

// pythonsOfAzure are interpreters that may be the one of Azure CLI: the one that its
// script names, and that of Microsoft's packages.
func pythonsOfAzure() []string {
	pythons := []string{"/opt/az/bin/python3"}
	text, err := os.ReadFile(ofMachine("az"))
	if err != nil {
		return pythons
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if python, ok := strings.CutPrefix(first, "#!"); ok && strings.Contains(filepath.Base(python), "python") && !strings.Contains(python, " ") {
		return append([]string{python}, pythons...)
	}
	return pythons
}

// warmInput is the standard input of azure-warm.py. Nothing is written to it; it
// closes, and with that all ends, when this process does or nobody holds it any more.
var warmInput io.Closer

// serveWarmly starts azure-warm.py.
func serveWarmly(python, script, socket string) bool {
	if exec.Command(python, "-c", "import azure.cli.core").Run() != nil {
		return false
	}
	cmd := exec.Command(python, script, socket)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8")
	in, err := cmd.StdinPipe()
	if err != nil {
		return false
	}
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return false
	}
	warmInput = in
	line, err := bufio.NewReader(out).ReadString('\n')
	return err == nil && line == "ready\n"
}

// coldly is the same with the az of the machine, started as users start it.
func (a azure) coldly() azure {
	return azure{&clientHost{a.t, append(slices.Clone(a.env), "PATH="+machinePath), a.dir}}
}
