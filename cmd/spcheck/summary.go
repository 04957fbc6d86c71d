package main

import (
	"bytes"
	"errors"
	"os"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// maxSummary is GitHub's limit for the summary of one step, in bytes. GitHub rejects a
// longer summary entirely.
const maxSummary = 1 << 20

// emit writes a result in the chosen format. With -o github, annotations go to standard
// output, and the Markdown report goes to the file that GITHUB_STEP_SUMMARY names.
func (r *reporting) emit(res result.Report) error {
	r.app.context.apply(res)
	if err := report.Write(r.app.out, r.format, res, r.opts); err != nil {
		return err
	}
	if path, _ := r.app.env("GITHUB_STEP_SUMMARY"); path != "" && r.format == "github" {
		r.summarise(path, res)
	}
	return nil
}

// summarise appends the Markdown report to the job summary. A failure is a warning only,
// and does not change the exit code: the report itself was written.
func (r *reporting) summarise(path string, res result.Report) {
	var b bytes.Buffer
	if err := report.Write(&b, "markdown", res, r.opts); err != nil {
		r.app.note(msg.New("warning: the job summary could not be created: %v", err))
		return
	}
	b.WriteString("\n")
	if b.Len() > maxSummary {
		r.app.note(msg.New("warning: the report is too long for the job summary; write it with -o markdown"))
		return
	}
	if appendTo(path, b.Bytes()) != nil {
		r.app.note(msg.New("warning: the job summary could not be written to %s", path))
	}
}

// appendTo appends to a file. It does not block on a pipe.
func appendTo(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.ErrInvalid
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
