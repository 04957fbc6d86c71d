package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// measure is what one run of a process cost.
type measure struct {
	wall, cpu time.Duration
	peak      int64 // bytes
	code      int   // exit code
	// output is the end of standard error.
	output string
}

// run runs a command and measures it. Exit codes 0 to 3 are results of spcheck.
func run(env []string, name string, args ...string) (measure, error) {
	cmd := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // our own programs
	cmd.Env = env
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	begin := time.Now()
	err := cmd.Run()
	m := measure{wall: time.Since(begin), output: errOut.String()}
	if cmd.ProcessState == nil {
		return m, err
	}
	if code := cmd.ProcessState.ExitCode(); code < 0 || code > 3 {
		return m, fmt.Errorf("%s %v ended with %d: %s", name, args, code, errOut.String())
	}
	m.code = cmd.ProcessState.ExitCode()
	m.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	m.peak = peakOf(cmd.ProcessState)
	return m, nil
}

// median runs a command several times and returns the run in the middle by time.
func median(times int, env []string, name string, args ...string) (measure, error) {
	var all []measure
	for range times {
		m, err := run(env, name, args...)
		if err != nil {
			return m, err
		}
		all = append(all, m)
	}
	return middle(all), nil
}

func middle(all []measure) measure {
	slices.SortFunc(all, func(a, b measure) int { return int(a.wall - b.wall) })
	return all[len(all)/2]
}

// bench is one run of all measurements.
type bench struct {
	dir, self                string
	spcheck, empty, required string // the programs
	// emptyC is the empty program with the C library, as go build makes it where there is a C
	// compiler. It is "" where there is none.
	emptyC string
}

func newBench() (*bench, error) {
	dir, err := os.MkdirTemp("", "spcheck-bench-")
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bin := filepath.Join(dir, "bin")
	b := &bench{dir: dir, self: self, spcheck: filepath.Join(bin, "spcheck"), empty: filepath.Join(bin, "empty"), required: filepath.Join(bin, "required")}
	const asReleased = "-ldflags=-s -w"
	for _, build := range [][]string{
		{"-C", "..", asReleased, "-o", b.spcheck, "./cmd/spcheck"},
		{asReleased, "-o", b.empty, "./bench/empty"},
		{asReleased, "-o", b.required, "./bench/required"},
	} {
		if text, err := exec.CommandContext(context.Background(), "go", append([]string{"build"}, build...)...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go build %q: %s", build, text)
		}
	}
	withC := exec.CommandContext(context.Background(), "go", "build", "-o", b.empty+"-c", "./bench/empty")
	if withC.Env = append(os.Environ(), "CGO_ENABLED=1"); withC.Run() == nil {
		b.emptyC = b.empty + "-c"
	}
	return b, nil
}

// server is a page server in a process of its own.
type server struct {
	cmd     *exec.Cmd
	address string
	ca      string
}

func (b *bench) serve(objects int, delay time.Duration) (*server, error) {
	s := &server{ca: filepath.Join(b.dir, fmt.Sprintf("ca-%d-%s.pem", objects, delay))}
	s.cmd = exec.CommandContext(context.Background(), b.self, "serve", fmt.Sprint(objects), delay.String(), s.ca)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	s.address = strings.TrimSpace(line)
	return s, err
}

func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// env is the environment of a scan of the first simulated tenant.
func (b *bench) env(s *server) []string {
	return []string{
		"HOME=" + b.dir, "XDG_CONFIG_HOME=" + b.dir, "AZURE_CONFIG_DIR=" + b.dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + b.dir,
		"AZURE_AUTHORITY_HOST=" + s.address, "SPCHECK_GRAPH_ENDPOINT=" + s.address, "SPCHECK_CA_FILE=" + s.ca, "SPCHECK_READER=self",
		"AZURE_TENANT_ID=" + tenantOf(0), "AZURE_CLIENT_ID=" + tenantOf(1), "AZURE_CLIENT_SECRET=bench",
	}
}
