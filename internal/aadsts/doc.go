// Package aadsts knows the error codes of the Microsoft Entra sign-in service
// (AADSTS codes) and finds them in any text: logs, JSON, web pages, consoles.
//
// The catalogue of codes is data (catalogue/*.yaml) that anybody can correct. What
// the program holds of it is made from that by Compile.
// The finder reads a stream in windows of bounded size, so that a log of any
// length needs the same memory, and never trusts what it reads.
package aadsts

//go:generate go run -C ../../tools ./held ../internal/aadsts/catalogue_held.go
//go:generate go run -C ../../tools ./codes ../docs/aadsts.md
