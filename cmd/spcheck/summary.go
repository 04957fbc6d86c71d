package main

import (
	"bytes"
	"errors"
	"os"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// maxSummary is how much GitHub takes as the summary of one step, in bytes. A
// longer one is refused whole.
const maxSummary = 1 << 20

// emit writes a result in the chosen format. With -o github, the annotations go
// to standard output, and the Markdown report to the summary of the job where
// GITHUB_STEP_SUMMARY names its file.
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

// summarise never changes how the command ends: what it found counts more than
// where it could be shown.
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

// appendTo adds to the end of a file. A pipe is not waited for.
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
