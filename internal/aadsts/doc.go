// Package aadsts contains the error codes of the Microsoft Entra sign-in service (AADSTS
// codes) and finds them in any text: logs, JSON, web pages, consoles.
//
// The catalogue is in catalogue/*.yaml. The command held in tools/ checks it and compiles it
// to Go. The finder reads a stream in windows of bounded size, so that memory use does not
// depend on the length of a log.
package aadsts

//go:generate go run -C ../../tools ./held ../internal/aadsts/catalogue_held.go
//go:generate go run -C ../../tools ./codes ../docs/aadsts.md
