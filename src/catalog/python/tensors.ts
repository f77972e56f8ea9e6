/** Values that remember how they were computed: PyTorch's tensors. */
import type { CatalogFile } from "../types.js";

export const tensors: CatalogFile = {
  language: "python",
  // https://pytorch.org/docs/stable/notes/faq.html: "Don't accumulate history across your training loop."
  histories: {
    imports: ["torch", "pytorch_lightning", "lightning", "accelerate", "deepspeed"],
    noun: "autograd history",
    walks: ["*#backward", "*#backward(0)", "*#manual_backward(0)"],
    again: ["retain_graph", "create_graph"],
    passes: [
      "*#mean", "*#sum", "*#clone", "*#to", "*#cpu", "*#cuda", "*#float", "*#double", "*#half", "*#view", "*#reshape", "*#squeeze", "*#unsqueeze", "*#flatten", "*#type", "*#contiguous", "*#max", "*#min", "*#pow", "*#sqrt", "*#abs", "*#exp", "*#log",
      "torch.mean(0)", "torch.sum(0)", "torch.stack(0)", "torch.cat(0)", "torch.squeeze(0)", "torch.abs(0)", "sum(0)",
      // Mixed precision: `scaler.scale(loss).backward()`, `with amp.scale_loss(loss, optimizer) as scaled_loss`.
      "*#scale(0)", "*#scale_loss(0)", "apex.amp.scale_loss(0)",
    ],
    cuts: ["*#detach_", "*#requires_grad_"],
    without: ["torch.no_grad", "torch.inference_mode", "torch.autograd.no_grad", "torch.autograd.inference_mode", "torch.autograd.grad_mode.no_grad"],
    switches: ["torch.set_grad_enabled", "torch.autograd.set_grad_enabled"],
    results: "(?:loss|criterion|objective)",
    help: "add its number, $.item(), or $.detach() where a tensor is needed",
  },
};
