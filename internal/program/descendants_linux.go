package program

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// descendants returns the children of a process, and their descendants
// (proc_pid_task_tid_children(5)).
func descendants(pid int) []int {
	lists, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	var all []int
	for _, list := range lists {
		data, _ := os.ReadFile(list)
		for field := range strings.FieldsSeq(string(data)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(append(all, child), descendants(child)...)
			}
		}
	}
	return all
}
